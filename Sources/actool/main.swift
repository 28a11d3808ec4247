print("actool")
