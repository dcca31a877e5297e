"""Job titles by department and seniority, and each department's persona."""

DEPARTMENTS: dict[str, tuple[str, dict[str, str]]] = {
    # department: (persona, seniority: titles)
    "engineering": (
        "persona_1",
        {
            "c": "CTO;Chief Technology Officer;CIO;Chief Information Officer;Chief Architect",
            "vp": "VP Engineering;VP of Technology;Vice President, Platform;VP IT",
            "director": "Director of Engineering;Director, Software Development;IT Director;"
            "Head of Engineering;Head of IT;Head of Integrations",
            "manager": "Engineering Manager;IT Manager;Platform Lead;Development Team Lead;"
            "Automation Manager;Data Engineering Manager;Solutions Manager",
            "staff": "Senior Software Engineer;Solutions Architect;Systems Integrator;"
            "Automation Engineer;DevOps Engineer;Data Engineer;Controls Engineer;"
            "Sr. Developer;software developer;System Administrator;Integration Specialist",
        },
    ),
    "finance": (
        "persona_2",
        {
            "c": "CFO;Chief Financial Officer;Finance Chief;Chief Procurement Officer",
            "vp": "VP Finance;Vice President Finance & Administration;VP Procurement",
            "director": "Finance Director;Director of Procurement;Head of Finance;"
            "Head of Purchasing;Group Controller;Director FP&A",
            "manager": "Finance Manager;Financial Controller;Procurement Manager;"
            "Purchasing Manager;Category Manager;Commercial Finance Manager",
            "staff": "Financial Analyst;Senior Buyer;Procurement Specialist;Accountant;"
            "Management Accountant;Sourcing Analyst",
        },
    ),
    "operations": (
        "persona_3",
        {
            "c": "COO;Chief Operating Officer;Chief Supply Chain Officer",
            "vp": "VP Operations;VP Ops;VP Supply;Vice President, Manufacturing;VP Logistics",
            "director": "Director of Operations;Plant Director;Head of Operations;"
            "Head of Logistics;"
            "Director, Fulfilment;Site Director;Head of Service Delivery",
            "manager": "Operations Manager;Plant Manager;Warehouse Manager;Logistics Manager;"
            "Production Manager;Shift Manager;Fleet Manager;Supply Chain Manager;Depot Manager;"
            "Continuous Improvement Manager",
            "staff": "Operations Analyst;Production Planner;Scheduler;Dispatch Coordinator;"
            "Logistics Coordinator;Workforce Planner;Operations Co-ordinator;Process Engineer",
        },
    ),
    "marketing": (
        "persona_4",
        {
            "c": "CMO;Chief Marketing Officer;Chief Growth Officer",
            "vp": "VP Marketing;VP Demand Generation;VP Growth",
            "director": "Marketing Director;Head of Marketing;Director of Demand Gen;"
            "Head of Digital;Head of Brand",
            "manager": "Marketing Manager;Campaign Manager;Marketing Operations Manager;"
            "Product Marketing Manager;CRM Manager;Events Manager",
            "staff": "Marketing Specialist;Growth Marketer;Content Strategist;Marketing Analyst;"
            "Digital Marketing Executive;SEO Specialist",
        },
    ),
    "owner": (
        "persona_5",
        {
            "c": "CEO;Founder;Co-founder;Founder & CEO;Owner;Managing Director;President;"
            "Geschäftsführer;Gérante;Titolare;Owner / Operator;Managing Partner",
            "vp": "Managing Director;General Manager;Executive Vice President;Partner",
            "director": "General Manager;Country Manager;Managing Partner",
            "manager": "Office Manager;Business Manager;General Manager",
            "staff": "Assistant to the Managing Director;Chief of Staff;Executive Assistant",
        },
    ),
    "people": (
        "persona_6",
        {
            "c": "Chief People Officer;CHRO;Chief Human Resources Officer",
            "vp": "VP People;VP Human Resources;VP Talent",
            "director": "HR Director;Director of People;Head of HR;Head of People & Culture;"
            "Head of Workforce Planning",
            "manager": "HR Manager;People Operations Manager;Talent Acquisition Manager;"
            "HR Business Partner;Payroll Manager;Workforce Manager",
            "staff": "HR Generalist;Recruiter;HR Specialist;People Operations Specialist;"
            "Rostering Officer;L&D Specialist",
        },
    ),
    "other": (
        "",
        {
            "c": "Chairman;Board member;Non-executive Director",
            "vp": "VP Strategy;VP Special Projects",
            "director": "Director;Director of Strategy;Head of Innovation;Transformation Director",
            "manager": "Manager;Project Manager;Programme Manager;Quality Manager;Product Manager",
            "staff": "Consultant;Student;Analyst;Intern;Researcher;Journalist;Freelancer;n/a;.;"
            "Teacher;retired",
        },
    ),
}

DEPARTMENT_WEIGHTS = (
    ("engineering", 24.0),
    ("operations", 26.0),
    ("finance", 13.0),
    ("marketing", 10.0),
    ("owner", 13.0),
    ("people", 9.0),
    ("other", 5.0),
)
SENIORITY_WEIGHTS = (
    ("c", 12.0),
    ("vp", 10.0),
    ("director", 22.0),
    ("manager", 34.0),
    ("staff", 22.0),
)
