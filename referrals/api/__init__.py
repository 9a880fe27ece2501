"""The doors for programs: deals, referrals and registrations."""
