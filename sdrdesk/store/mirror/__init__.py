"""What the CRM holds: leads, companies, owners, options, activities."""
