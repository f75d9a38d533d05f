"""The people of a campaign and what they hold in their hands: browsers, a folder, the command."""
