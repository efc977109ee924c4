"""`deskmate eval`: is this model good enough, on this machine?"""
