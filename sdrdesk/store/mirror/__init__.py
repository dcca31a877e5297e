"""The mirror of the CRM: leads, companies, owners, options, activities."""
