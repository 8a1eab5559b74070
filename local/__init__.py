"""The development side: template.yaml's routes and tables on this machine, without AWS. Nothing of it is deployed."""
