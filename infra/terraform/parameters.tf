# Made from the template by `make terraform`.

locals {
  # All of them, also where the default holds: while planning, Terraform may not know yet whether a value is null.
  parameters = {
    Architecture                = tostring(var.architecture)
    AlarmEmail                  = tostring(var.alarm_email)
    SilenceHours                = tostring(var.silence_hours)
    BacklogMinutes              = tostring(var.backlog_minutes)
    LogRetentionDays            = tostring(var.log_retention_days)
    MetricsByIntegration        = tostring(var.metrics_by_integration)
    AllowOnPremises             = tostring(var.allow_on_premises)
    WatchMinutes                = tostring(var.watch_minutes)
    TokenWarningDays            = tostring(var.token_warning_days)
    ConsumerAccountIds          = join(",", var.consumer_account_ids)
    ConsumerPrincipalArns       = join(",", var.consumer_principal_arns)
    ConsumerOrganizationId      = tostring(var.consumer_organization_id)
    DeadlineMilliseconds        = tostring(var.deadline_milliseconds)
    MemoryMegabytes             = tostring(var.memory_megabytes)
    ReservedConcurrency         = tostring(var.reserved_concurrency)
    RequestsPerSecond           = tostring(var.requests_per_second)
    RequestsBurst               = tostring(var.requests_burst)
    GradualDeployment           = tostring(var.gradual_deployment)
    SecretPrefix                = tostring(var.secret_prefix)
    KmsKeyArn                   = tostring(var.kms_key_arn)
    AllowedCidrs                = join(",", var.allowed_cidrs)
    WebAclArn                   = tostring(var.web_acl_arn)
    AccessLogs                  = tostring(var.access_logs)
    CreateApiGatewayAccountRole = tostring(var.create_api_gateway_account_role)
    DomainName                  = tostring(var.domain_name)
    CertificateArn              = tostring(var.certificate_arn)
  }
}
