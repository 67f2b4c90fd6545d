package io.lockstep.lab.scenario;

import java.time.Duration;

/** One thing that a scenario did or checked, and how long that took. */
public record Step(String what, Duration took) {}
