package io.lockstep.service.systemd;

import io.quarkus.runtime.Quarkus;

/**
 * The training run of a service's AOT cache: it starts as ever, and ends as soon as it is ready. What runs here is what starts
 * quickly later.
 */
public final class Training {

    /** Not below {@code lockstep.}, where a setting that nobody knows is refused. */
    private static final String PROPERTY = "io.lockstep.training";

    private Training() {}

    public static boolean isAsked() {
        return Boolean.getBoolean(PROPERTY);
    }

    public static void endIfAsked() {
        if (isAsked()) {
            Quarkus.asyncExit();
        }
    }
}
