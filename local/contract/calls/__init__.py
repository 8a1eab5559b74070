"""Remote procedure calls: what each procedure takes, answers and refuses."""
