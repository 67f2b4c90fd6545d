package io.lockstep.proof.model;

import io.lockstep.core.volume.LockMode;
import java.util.List;

/** The configurations that are explored: those of {@code ./lockstep model}, and smaller ones for each change. */
public final class Configurations {

    private static final List<LockMode> ONE = List.of(LockMode.EXCLUSIVE);
    private static final List<LockMode> TWO = List.of(LockMode.EXCLUSIVE, LockMode.EXCLUSIVE);
    private static final List<LockMode> TWO_SHARING = List.of(LockMode.SHARED, LockMode.SHARED);

    /** What takes seconds, for the unit tests and the mutants. */
    public static final List<Configuration> SMALL = List.of(
            new Configuration("start-twice", "two starts of one domain", 2, ONE, 2, 1, 0, 0, 0, 1, 1, false),
            new Configuration(
                    "migration", "a migration, and all that libvirt does to it", 2, ONE, 1, 1, 1, 2, 0, 0, 0, false),
            new Configuration("migration-and-start", "a start beside a migration", 2, ONE, 2, 0, 1, 0, 0, 1, 0, false),
            new Configuration(
                    "migration-and-power", "a power cut beside a migration", 2, ONE, 1, 0, 1, 0, 0, 0, 1, false),
            new Configuration(
                    "migration-and-crash", "an agent's crash beside a migration", 2, ONE, 1, 1, 1, 0, 0, 1, 0, false),
            new Configuration("torn-twice", "two looks that show what is not so", 2, ONE, 1, 1, 0, 0, 2, 0, 0, false),
            new Configuration("there-and-back", "two migrations", 2, ONE, 1, 0, 2, 0, 0, 0, 0, false),
            new Configuration(
                    "looks", "two migrations under the controller's looks", 2, ONE, 1, 0, 2, 1, 0, 0, 0, true),
            new Configuration("two-domains", "two domains that want one volume", 2, TWO, 3, 1, 0, 0, 1, 0, 0, false),
            new Configuration("two-domains-migration", "and a migration", 2, TWO, 2, 0, 1, 0, 1, 0, 0, false),
            new Configuration(
                    "two-sharing", "two domains that share a volume", 2, TWO_SHARING, 2, 1, 1, 0, 0, 0, 0, false));

    public static final List<Configuration> ALL = List.of(
            new Configuration(
                    "two-hosts",
                    "one domain: two starts, two migrations, every fault once",
                    2,
                    ONE,
                    2,
                    0,
                    2,
                    1,
                    1,
                    1,
                    1,
                    false),
            new Configuration(
                    "two-handovers",
                    "one domain migrates twice under the controller's looks, with two faults of libvirt",
                    2,
                    ONE,
                    1,
                    1,
                    2,
                    2,
                    0,
                    1,
                    0,
                    true),
            new Configuration(
                    "three-hosts",
                    "one domain migrates from host to host to host, with a fault of libvirt and a power cut",
                    3,
                    ONE,
                    1,
                    0,
                    2,
                    1,
                    0,
                    0,
                    1,
                    false),
            new Configuration(
                    "shared-by-two-domains",
                    "two domains want one volume for themselves",
                    2,
                    TWO,
                    3,
                    1,
                    1,
                    1,
                    1,
                    1,
                    0,
                    false),
            new Configuration("shareable", "two domains share one volume", 2, TWO_SHARING, 2, 1, 1, 1, 0, 1, 0, false));

    private Configurations() {}
}
