package io.lockstep.proof.model;

import static io.lockstep.proof.model.Stimulus.AGENT_CRASHES;
import static io.lockstep.proof.model.Stimulus.LIBVIRT_FAULTS;
import static io.lockstep.proof.model.Stimulus.MIGRATIONS;
import static io.lockstep.proof.model.Stimulus.POWER_CUTS;
import static io.lockstep.proof.model.Stimulus.STARTS;
import static io.lockstep.proof.model.Stimulus.STOPS;
import static io.lockstep.proof.model.Stimulus.TORN_LOOKS;

import io.lockstep.core.volume.LockMode;
import java.util.List;
import java.util.Map;

/** The configurations that are explored: those of {@code ./lockstep model}, and smaller ones for each change. */
public final class Configurations {

    private static final List<LockMode> ONE = List.of(LockMode.EXCLUSIVE);
    private static final List<LockMode> TWO = List.of(LockMode.EXCLUSIVE, LockMode.EXCLUSIVE);
    private static final List<LockMode> TWO_SHARING = List.of(LockMode.SHARED, LockMode.SHARED);

    /** What takes seconds, for the unit tests and the mutants. */
    public static final List<Configuration> SMALL = List.of(
            small(
                    "start-twice",
                    "two starts of one domain",
                    Map.of(STARTS, 2, STOPS, 1, AGENT_CRASHES, 1, POWER_CUTS, 1)),
            small(
                    "migration",
                    "a migration, and all that libvirt does to it",
                    Map.of(STARTS, 1, STOPS, 1, MIGRATIONS, 1, LIBVIRT_FAULTS, 2)),
            small(
                    "migration-and-start",
                    "a start beside a migration",
                    Map.of(STARTS, 2, MIGRATIONS, 1, AGENT_CRASHES, 1)),
            small(
                    "migration-and-power",
                    "a power cut beside a migration",
                    Map.of(STARTS, 1, MIGRATIONS, 1, POWER_CUTS, 1)),
            small(
                    "migration-and-crash",
                    "an agent's crash beside a migration",
                    Map.of(STARTS, 1, STOPS, 1, MIGRATIONS, 1, AGENT_CRASHES, 1)),
            small("torn-twice", "two looks that show what is not so", Map.of(STARTS, 1, STOPS, 1, TORN_LOOKS, 2)),
            small("there-and-back", "two migrations", Map.of(STARTS, 1, MIGRATIONS, 2)),
            new Configuration(
                    "looks",
                    "two migrations under the controller's looks",
                    2,
                    ONE,
                    true,
                    Map.of(STARTS, 1, MIGRATIONS, 2, LIBVIRT_FAULTS, 1)),
            new Configuration(
                    "two-domains",
                    "two domains want one volume",
                    2,
                    TWO,
                    false,
                    Map.of(STARTS, 3, STOPS, 1, TORN_LOOKS, 1)),
            new Configuration(
                    "two-domains-migration",
                    "two domains want one volume, and one migrates",
                    2,
                    TWO,
                    false,
                    Map.of(STARTS, 2, MIGRATIONS, 1, TORN_LOOKS, 1)),
            new Configuration(
                    "two-sharing",
                    "two domains share a volume, and one migrates",
                    2,
                    TWO_SHARING,
                    false,
                    Map.of(STARTS, 2, STOPS, 1, MIGRATIONS, 1)));

    public static final List<Configuration> ALL = List.of(
            new Configuration(
                    "two-hosts",
                    "one domain: two starts, a stop, two migrations, every fault once",
                    2,
                    ONE,
                    false,
                    Map.of(
                            STARTS,
                            2,
                            STOPS,
                            1,
                            MIGRATIONS,
                            2,
                            LIBVIRT_FAULTS,
                            1,
                            TORN_LOOKS,
                            1,
                            AGENT_CRASHES,
                            1,
                            POWER_CUTS,
                            1)),
            new Configuration(
                    "two-handovers",
                    "one domain migrates twice under the controller's looks, with two faults of libvirt",
                    2,
                    ONE,
                    true,
                    Map.of(STARTS, 1, STOPS, 1, MIGRATIONS, 2, LIBVIRT_FAULTS, 2, AGENT_CRASHES, 1)),
            new Configuration(
                    "three-hosts",
                    "one domain migrates from host to host to host, with every fault once but torn looks",
                    3,
                    ONE,
                    false,
                    Map.of(STARTS, 1, MIGRATIONS, 2, LIBVIRT_FAULTS, 1, AGENT_CRASHES, 1, POWER_CUTS, 1)),
            new Configuration(
                    "shared-by-two-domains",
                    "two domains want one volume for themselves",
                    2,
                    TWO,
                    false,
                    Map.of(STARTS, 3, STOPS, 1, MIGRATIONS, 1, LIBVIRT_FAULTS, 1, TORN_LOOKS, 1, AGENT_CRASHES, 1)),
            new Configuration(
                    "shareable",
                    "two domains share one volume",
                    2,
                    TWO_SHARING,
                    false,
                    Map.of(STARTS, 2, STOPS, 1, MIGRATIONS, 1, LIBVIRT_FAULTS, 1, AGENT_CRASHES, 1)));

    private Configurations() {}

    private static Configuration small(String name, String what, Map<Stimulus, Integer> stimuli) {
        return new Configuration(name, what, 2, ONE, false, stimuli);
    }
}
