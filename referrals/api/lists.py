"""The closed lists of ids that a referral may name (facts 1.3, 1.4). Order as the vendor's."""

from referrals.api.words import Words


def _ids(*ids: str) -> Words:
    """Ids are their own words; several hold commas, ampersands or parentheses."""
    return Words({one: one for one in ids})


PROFILE_TYPES = _ids("Duns", "External")
TARGETS = _ids("None", "BusinessProfileLocation", "SolutionProfile")
SOLUTION_TYPES = _ids("None", "Category", "Name")
SIZES = _ids(
    "1to50employees",
    "51to500employees",
    "Morethan500employees",
    "1to9employees",
    "10to50employees",
    "51to250employees",
    "251to1000employees",
    "1001to5000employees",
    "5001to10000employees",
    "10001to20000employees",
    "Morethan20000employees",
)
PRODUCTS = _ids(
    *"Azure EnterpriseMobilityAndSecurity Exchange DeveloperTools Dynamics365Business".split(),
    *"Dynamics365Enterprise DynamicsAX,GP,NAV,SL Microsoft365 Office PowerBI Project".split(),
    *"SharePoint SkypeForBusiness Surface SurfaceHub SQL Teams Visio Windows Yammer".split(),
)
SERVICES = _ids(
    *"ConsultingAndProfessional CustomSolution(ISV) DeploymentOrMigration Hardware".split(),
    *"Integration IPServices(ISV) LearningAndCertification Licensing ManagedServices".split(),
    "ProjectServices",
)
INDUSTRIES = _ids(
    "Agriculture, Forestry, & Fishing",
    "Communications & Media",
    "Education",
    "Financial Services",
    "Government",
    "Healthcare",
    "Hospitality",
    "Manufacturing",
    "Power & Utilities",
    "Public Safety and National Security",
    "Retail & Consumer Goods",
    "Services",
    "Travel & Transportation",
    "Wholesale & Distribution",
)
CATEGORIES = _ids(
    *"AdvancedAnalytics ApplicationIntegration ArtificialIntelligence".split(),
    *"AzureSecurityOperationManagement AzureStack BackupDisasterRecovery BigData".split(),
    *"Blockchain Chatbot CloudDatabaseMigration CloudMigration CloudVoice".split(),
    *"CognitiveServices CompetitiveDatabaseMigration Containers DataWarehouse".split(),
    *"DatabaseonLinux DevelopmentandTest DevOps DigitalMedia".split(),
    *"Dynamics365forCustomerService Dynamics365forFieldService".split(),
    *"Dynamics365forFinanceOperations Dynamics365forRetail Dynamics365forSales".split(),
    *"Dynamics365forTalent DynamicsonAzure EnterpriseBusinessIntelligence Gaming".split(),
    *"HighPerformanceComputing HybridStorage IdentityandAccessManagement".split(),
    *"InformationManagement InternetofThings MachineLearning".split(),
    *"Microserviceapplications MobileApplications MySQLPostgresMigrationtoAzure".split(),
    *"Networking NoSQLMigration RedhatonAzure RegulatoryComplianceGDPR SAPonAzure".split(),
    *"ServerlessComputing SharepointonAzure SQLServerUpgrade ThreatProtection".split(),
    "WebDevelopment",
)
