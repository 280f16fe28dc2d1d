"""Who else is told of an item: partners, and the referral to the police."""
