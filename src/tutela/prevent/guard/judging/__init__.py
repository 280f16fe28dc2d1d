"""The tiers in their order, with a time limit; rulings kept in memory."""
