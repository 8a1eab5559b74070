"""What of CloudFormation's list of actions this template needs, and on which resources: the reasons of deployer.py."""

from collections.abc import Mapping

OMITTED: Mapping[str, tuple[str, ...]] = {
    "functions are in no VPC, with no file systems": ("ec2:*", "elasticfilesystem:*", "s3files:*"),
    "nothing is streamed to Kinesis": ("kinesis:*", "firehose:*", "dynamodb:*ableKinesis*", "dynamodb:UpdateKinesis*"),
    "keys are AWS's own": ("kms:*", "logs:*KmsKey"),
    "policies are attached to roles alone": ("iam:*Group*", "iam:*UserPolicy"),
    "tables are made empty, in one region; a deployer reads and writes no player": (
        *("dynamodb:*Item", "dynamodb:Query", "dynamodb:Scan", "dynamodb:Import*", "dynamodb:DescribeImport"),
        *("dynamodb:*Replica", "secretsmanager:*Replicat*"),
    ),
    "a deployer reads no keys": ("secretsmanager:GetSecretValue",),
    "functions have no concurrency that is reserved, no signing and no runtime of their own": (
        *("lambda:PutFunctionConcurrency", "lambda:DeleteFunctionConcurrency", "lambda:PutFunctionScalingConfig"),
        *("lambda:PutFunctionCodeSigningConfig", "lambda:DeleteFunctionCodeSigningConfig"),
        *("lambda:PutFunctionRecursionConfig", "lambda:PutRuntimeManagementConfig"),
        *("lambda:AssociateRuntimeAlias", "lambda:PassCapacityProvider"),
    ),
    "log groups have a term and no more, and functions write the lines": (
        *("logs:PutDataProtection*", "logs:DeleteDataProtection*", "logs:PutIndex*", "logs:DeleteIndex*"),
        *("logs:PutBearer*", "logs:PutLogGroupDeletionProtection", "logs:CreateLogStream", "logs:PutLogEvents"),
    ),
    "topics have no such policy": ("sns:PutDataProtectionPolicy",),
    "the configuration set has no options": ("ses:PutConfigurationSet*",),
    "tables have no policy of their own": (
        "dynamodb:PutResourcePolicy",
        "dynamodb:DeleteResourcePolicy",
    ),
    "nothing counts contributors": ("dynamodb:UpdateContributorInsights",),
    "CodeDeploy has servers, too": ("codedeploy:RegisterOnPremisesInstance",),
    "CloudFront has one distribution, with an origin that everybody reaches": (
        *("cloudfront:*ConnectionGroup", "cloudfront:GetVpcOrigin", "cloudfront:UpdateDistributionWithStagingConfig"),
    ),
    "IAM knows no such action": ("s3:getObject", "s3:REST.*", "s3:GetObjectMetadata"),
    "SAM's bucket for artifacts is below": ("s3:*",),
}
"""Patterns of actions that are left out, by the reason."""

EVERYWHERE = (
    *("secretsmanager:GetRandomPassword", "logs:CreateLogDelivery", "logs:DescribeLogGroups"),
    *("logs:PutResourcePolicy", "logs:DescribeResourcePolicies", "logs:DeleteResourcePolicy"),
    *("appconfig:CreateApplication", "ses:DescribeConfigurationSet"),
    *("sns:Unsubscribe", "sns:GetSubscriptionAttributes", "sns:SetSubscriptionAttributes", "cloudwatch:DescribeAlarms"),
)
"""Actions that IAM cannot tie to a resource, or that are about more than one."""

_GROUP = "arn:aws:logs:*:*:log-group:"

WHERE: Mapping[str, tuple[str, ...]] = {
    "apigateway": ("arn:aws:apigateway:*::/apis", "arn:aws:apigateway:*::/apis/*", "arn:aws:apigateway:*::/tags/*"),
    "apigateway, a domain": ("arn:aws:apigateway:*::/domainnames", "arn:aws:apigateway:*::/domainnames/*"),
    "application-autoscaling": ("arn:aws:application-autoscaling:*:*:scalable-target/*",),
    "appconfig": ("arn:aws:appconfig:*:*:application/*",),
    "cloudfront, a domain": ("arn:aws:cloudfront::*:distribution/*",),
    "cloudwatch": ("arn:aws:cloudwatch:*:*:alarm:STACK-*", "arn:aws:cloudwatch::*:dashboard/STACK-*"),
    "codedeploy": ("arn:aws:codedeploy:*:*:*:STACK-*", "arn:aws:codedeploy:*:*:deploymentconfig:*"),
    "dynamodb": ("arn:aws:dynamodb:*:*:table/STACK-*",),
    "events": ("arn:aws:events:*:*:rule/STACK-*",),
    "iam": ("arn:aws:iam::*:role/STACK-*", "arn:aws:iam::*:policy/STACK-*"),
    "lambda": (
        *("arn:aws:lambda:*:*:function:STACK-*", "arn:aws:lambda:*:*:layer:NAME", "arn:aws:lambda:*:*:layer:NAME:*"),
    ),
    "logs": (
        "arn:aws:logs:*:*:log-group:/symbolon/STACK/*",
        "arn:aws:logs:*:*:log-group:/aws/vendedlogs/symbolon/STACK/*",
    ),
    # CloudFormation names a secret by its logical id.
    "secretsmanager": ("arn:aws:secretsmanager:*:*:secret:NAME-*",),
    "ses": ("arn:aws:ses:*:*:configuration-set/STACK-*",),
    "sns": ("arn:aws:sns:*:*:STACK-*",),
    "sqs": ("arn:aws:sqs:*:*:STACK-*",),
    "ssm": ("arn:aws:ssm:*:*:parameter/symbolon/STACK/*",),
}
"""By service, what its actions are allowed on. STACK is the stack's name, NAME that of each layer or secret."""

PASSED_TO = ("lambda.amazonaws.com", "codedeploy.amazonaws.com")
"""Services that get the stack's roles."""

SERVICE_LINKED = (
    "ops.apigateway.amazonaws.com",
    *("dynamodb.application-autoscaling.amazonaws.com", "lambda.application-autoscaling.amazonaws.com"),
)
"""Services whose own roles an account makes with its first API, table or launch."""

UNBOUNDING = "iam:DeleteRolePermissionsBoundary"
"""What nobody may who is bound to a boundary."""

UNBOUNDED = frozenset(
    {"iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:DetachRolePolicy", "iam:DeleteRolePolicy"}
    | {"iam:PutRolePermissionsBoundary"}
)
"""What would give a role more than its boundary, and is so tied to that."""

_STACKS = ("arn:aws:cloudformation:*:*:stack/STACK/*", "arn:aws:cloudformation:*:*:stack/aws-sam-cli-managed-default/*")
_TRANSFORM = "arn:aws:cloudformation:*:aws:transform/*"
_BUCKET = "arn:aws:s3:::aws-sam-cli-managed-default-*"

BESIDES: Mapping[tuple[str, ...], tuple[str, ...]] = {
    (
        *("cloudformation:CreateChangeSet", "cloudformation:DeleteChangeSet", "cloudformation:DescribeChangeSet"),
        *("cloudformation:ExecuteChangeSet", "cloudformation:DescribeStacks", "cloudformation:DescribeStackEvents"),
        *("cloudformation:DescribeStackResource", "cloudformation:DescribeStackResources"),
        *("cloudformation:ListStackResources", "cloudformation:GetTemplate", "cloudformation:DeleteStack"),
        *("cloudformation:ContinueUpdateRollback", "cloudformation:CancelUpdateStack"),
    ): (*_STACKS, _TRANSFORM),
    ("cloudformation:GetTemplateSummary", "cloudformation:ListStacks", "sts:GetCallerIdentity"): ("*",),
    # For the access log: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-and-resource-policy.html
    (*("logs:GetLogDelivery", "logs:UpdateLogDelivery", "logs:DeleteLogDelivery", "logs:ListLogDeliveries"),): ("*",),
    (
        *("s3:CreateBucket", "s3:GetObject", "s3:GetObjectVersion", "s3:PutObject", "s3:ListBucket"),
        *("s3:GetBucketLocation", "s3:PutBucketPolicy", "s3:GetBucketPolicy", "s3:PutBucketTagging"),
        *("s3:PutBucketVersioning", "s3:PutEncryptionConfiguration", "s3:PutBucketPublicAccessBlock"),
    ): (_BUCKET, f"{_BUCKET}/*"),
}
"""What no type of resource lists: change sets, the SAM transform, the access log, the bucket for artifacts."""

DOMAIN_TYPES = frozenset(
    {"AWS::ApiGatewayV2::DomainName", "AWS::ApiGatewayV2::ApiMapping", "AWS::CloudFront::Distribution"}
)
"""What a domain takes besides. Role and group limits leave no room for it in the other policy."""

DOMAIN_SECRET = "EdgeSecret"  # noqa: S105 (a secret's name)

DOMAIN_BESIDES: Mapping[tuple[str, ...], tuple[str, ...]] = {
    # What CloudFront shows is a dynamic reference, read in the deployer's name:
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html
    ("secretsmanager:GetSecretValue",): (f"arn:aws:secretsmanager:*:*:secret:{DOMAIN_SECRET}-*",),
    ("wafv2:GetWebACL",): ("arn:aws:wafv2:us-east-1:*:global/webacl/*",),
}
