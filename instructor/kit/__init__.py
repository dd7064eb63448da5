"""The lecturer's kit: decks of slides and the quiz bank, made from the built book. Run: python -m instructor.kit"""
