package io.lockstep.controller;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** The controller's settings, documented in application.yaml. */
@ConfigMapping(prefix = "lockstep")
public interface ControllerConfig {

    /** Where the embedded database lives. */
    String dataDir();

    Database database();

    History history();

    /** Multiplies all deadlines of the protocol; the same on agents and controller, or the callee may not end first. */
    @WithDefault("1.0")
    double deadlineScale();

    /** How often streams and wakes that are due are looked for. */
    @WithDefault("1s")
    Duration tickEvery();

    Hosts hosts();

    Alarms alarms();

    /** Where the history is kept. */
    interface Database {
        /** {@code jdbc:h2:…}, or {@code jdbc:postgresql://…} for any number of controllers at once. */
        String url();

        Optional<String> user();

        Optional<String> password();
    }

    /** How long it is kept. */
    interface History {
        /** What has been over for longer is removed, once an hour. */
        @WithDefault("90d")
        Duration keep();
    }

    /** The hosts and their streams. */
    interface Hosts {
        /** How often an agent sends its inventory without a change; three missed ones make the host unknown. */
        @WithDefault("5s")
        Duration heartbeat();

        /** What agents are told: how long to wait before registering again. */
        @WithDefault("30s")
        Duration registerAgainAfter();

        /** The first wait before a lost stream is opened again; it doubles. */
        @WithDefault("500ms")
        Duration redialFirst();

        /** The longest one. */
        @WithDefault("15s")
        Duration redialLongest();
    }

    /** The fresh looks. */
    interface Alarms {
        /** How often the domains of open handovers, and those that two hosts show, are looked at. */
        @WithDefault("5s")
        Duration lookEvery();
    }
}
