"""Who works here and what the house may do: accounts, roles, the mandate, the quorum."""
