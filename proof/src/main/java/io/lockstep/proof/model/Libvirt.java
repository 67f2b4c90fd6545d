package io.lockstep.proof.model;

/** libvirt on all hosts: starts, ends and migrates guests, calls the hooks in its order, and fails as it does. */
final class Libvirt implements Actor {

    @Override
    public void steps(World world, Steps steps) {
        for (int domain = 0; domain < world.shape.domains; domain++) {
            for (int host = 0; host < world.shape.hosts; host++) {
                if (world.power(host) != Power.DOWN) {
                    startsAndStops(world, host, domain, steps);
                }
            }
            migration(world, domain, steps);
        }
    }

    private static void startsAndStops(World world, int host, int domain, Steps steps) {
        Guest guest = world.guest(host, domain);
        boolean idle = world.hook(host, domain) == Hook.NONE;
        if (guest == Guest.ABSENT && idle && world.left(Stimulus.STARTS) > 0) {
            World next = world.copy();
            next.spend(Stimulus.STARTS);
            next.hook(host, domain, Hook.START_CALLED);
            steps.add(Event.START, host, domain, next);
        }
        if (guest == Guest.STARTING) {
            World next = world.copy();
            next.guest(host, domain, Guest.RUNNING);
            steps.add(Event.STARTED, host, domain, next);
        }
        boolean stoppable =
                switch (guest) {
                    case STARTING, RUNNING, OUTGOING, LEFT_OVER, POST_COPY_FAILED -> true;
                    case ABSENT, HALTED, INCOMING, POST_COPY, POST_COPY_SOURCE -> false;
                };
        if (stoppable && idle && world.left(Stimulus.STOPS) > 0) {
            World next = world.copy();
            next.spend(Stimulus.STOPS);
            end(next, host, domain);
            steps.add(Event.STOPS, host, domain, next);
        }
        if (guest == Guest.RUNNING && idle && world.left(Stimulus.MIGRATIONS) > 0) {
            migrate(world, host, domain, steps);
        }
    }

    /** The qemu process ends, and its release hook is called. */
    static void end(World next, int host, int domain) {
        next.guest(host, domain, Guest.ABSENT);
        next.hook(host, domain, Hook.RELEASE_CALLED);
    }

    private static void migrate(World world, int source, int domain, Steps steps) {
        for (int target = 0; target < world.shape.hosts; target++) {
            if (target != source
                    && world.phase(domain) == Phase.NONE
                    && world.power(target) != Power.DOWN
                    && world.hook(target, domain) == Hook.NONE
                    && world.guest(target, domain) == Guest.ABSENT) {
                World next = world.copy();
                next.spend(Stimulus.MIGRATIONS);
                next.migration(domain, Phase.HOOK, source, target);
                next.guest(source, domain, Guest.OUTGOING);
                next.hook(target, domain, Hook.MIGRATE_CALLED);
                steps.add(Event.MIGRATE, target, domain, next);
            }
        }
    }

    private static void migration(World world, int domain, Steps steps) {
        switch (world.phase(domain)) {
            case NONE, HOOK, PREPARING -> {
                // Nothing is under way, or the answer to a hook decides.
            }
            case ALLOWED -> allowed(world, domain, steps);
            case PREPARED -> prepared(world, domain, steps);
            case COPYING -> copying(world, domain, steps);
            case SWITCHED -> switched(world, domain, steps);
            case POST_COPY -> postCopy(world, domain, steps);
        }
    }

    private static void allowed(World world, int domain, Steps steps) {
        int target = world.target(domain);
        boolean possible = world.guest(world.source(domain), domain) == Guest.OUTGOING
                && world.guest(target, domain) == Guest.ABSENT;
        if (possible && world.hook(target, domain) == Hook.NONE) {
            World next = world.copy();
            next.phase(domain, Phase.PREPARING);
            next.hook(target, domain, Hook.INCOMING_CALLED);
            steps.add(Event.PREPARE, target, domain, next);
        }
        fails(world, domain, possible, steps);
    }

    private static void prepared(World world, int domain, Steps steps) {
        boolean possible = world.guest(world.source(domain), domain) == Guest.OUTGOING;
        if (possible) {
            World next = world.copy();
            next.phase(domain, Phase.COPYING);
            steps.add(Event.COPIES, world.target(domain), domain, next);
        }
        fails(world, domain, possible, steps);
    }

    private static void copying(World world, int domain, Steps steps) {
        int source = world.source(domain);
        int target = world.target(domain);
        boolean possible = world.guest(source, domain) == Guest.OUTGOING;
        if (possible) {
            World next = world.copy();
            next.phase(domain, Phase.SWITCHED);
            next.guest(source, domain, Guest.HALTED);
            next.guest(target, domain, Guest.RUNNING);
            steps.add(Event.SWITCHES, target, domain, next);
        }
        if (possible && world.left(Stimulus.LIBVIRT_FAULTS) > 0) {
            World twice = world.copy();
            twice.spend(Stimulus.LIBVIRT_FAULTS);
            twice.noMigration(domain);
            twice.guest(target, domain, Guest.RUNNING);
            twice.excused(domain, true);
            steps.add(Event.LOST_FINISH, target, domain, twice);

            World postCopy = world.copy();
            postCopy.spend(Stimulus.LIBVIRT_FAULTS);
            postCopy.phase(domain, Phase.POST_COPY);
            postCopy.guest(source, domain, Guest.POST_COPY_SOURCE);
            postCopy.guest(target, domain, Guest.POST_COPY);
            steps.add(Event.POST_COPY, target, domain, postCopy);
        }
        fails(world, domain, possible, steps);
    }

    /** The migration ends before the guest has switched: of itself when it cannot go on, otherwise by a fault. */
    private static void fails(World world, int domain, boolean possible, Steps steps) {
        if (possible && world.left(Stimulus.LIBVIRT_FAULTS) == 0) {
            return;
        }
        int target = world.target(domain);
        World next = world.copy();
        if (possible) {
            next.spend(Stimulus.LIBVIRT_FAULTS);
        }
        next.noMigration(domain);
        if (world.guest(target, domain) == Guest.INCOMING) {
            end(next, target, domain);
        }
        steps.add(possible ? Event.ABORTED : Event.GIVEN_UP, target, domain, next);
    }

    private static void switched(World world, int domain, Steps steps) {
        int source = world.source(domain);
        World next = world.copy();
        next.noMigration(domain);
        end(next, source, domain);
        steps.add(Event.CONFIRMED, source, domain, next);
        if (world.left(Stimulus.LIBVIRT_FAULTS) > 0) {
            World left = world.copy();
            left.spend(Stimulus.LIBVIRT_FAULTS);
            left.noMigration(domain);
            left.guest(source, domain, Guest.LEFT_OVER);
            steps.add(Event.FAILED_CONFIRM, source, domain, left);
        }
    }

    private static void postCopy(World world, int domain, Steps steps) {
        int source = world.source(domain);
        int target = world.target(domain);
        if (world.guest(source, domain) == Guest.POST_COPY_FAILED
                && world.guest(target, domain) == Guest.POST_COPY_FAILED) {
            World again = world.copy();
            again.guest(source, domain, Guest.POST_COPY_SOURCE);
            again.guest(target, domain, Guest.POST_COPY);
            steps.add(Event.RECOVERED, target, domain, again);
            return;
        }
        if (world.guest(source, domain) != Guest.POST_COPY_SOURCE || world.guest(target, domain) != Guest.POST_COPY) {
            World over = world.copy();
            over.noMigration(domain);
            steps.add(Event.GIVEN_UP, target, domain, over);
            return;
        }
        World next = world.copy();
        next.noMigration(domain);
        next.guest(target, domain, Guest.RUNNING);
        end(next, source, domain);
        steps.add(Event.CONFIRMED, source, domain, next);
        if (world.left(Stimulus.LIBVIRT_FAULTS) > 0) {
            World failed = world.copy();
            failed.spend(Stimulus.LIBVIRT_FAULTS);
            failed.guest(source, domain, Guest.POST_COPY_FAILED);
            failed.guest(target, domain, Guest.POST_COPY_FAILED);
            steps.add(Event.POST_COPY_FAILED, target, domain, failed);
        }
    }

    /** What a power cut of one end leaves of the migration at the other. */
    static void lost(World next, int host, int domain) {
        int source = next.source(domain);
        int target = next.target(domain);
        Phase phase = next.phase(domain);
        if (phase == Phase.NONE || source != host && target != host) {
            return;
        }
        if (source == host) {
            lostSource(next, phase, target, domain);
        } else {
            lostTarget(next, phase, source, domain);
        }
    }

    private static void lostSource(World next, Phase phase, int target, int domain) {
        switch (phase) {
            case NONE, HOOK, ALLOWED, PREPARING -> {
                // The target finds out when it wants to go on.
            }
            case PREPARED, COPYING -> {
                next.noMigration(domain);
                end(next, target, domain);
            }
            case SWITCHED -> next.noMigration(domain);
            case POST_COPY -> {
                next.noMigration(domain);
                becomes(next, target, domain, Guest.POST_COPY_FAILED);
            }
        }
    }

    private static void lostTarget(World next, Phase phase, int source, int domain) {
        switch (phase) {
            case NONE, HOOK, ALLOWED, PREPARING, PREPARED, COPYING -> next.noMigration(domain);
            case SWITCHED -> {
                // libvirt has had the target's word; it ends the source.
            }
            case POST_COPY -> {
                next.noMigration(domain);
                becomes(next, source, domain, Guest.POST_COPY_FAILED);
            }
        }
    }

    private static void becomes(World next, int host, int domain, Guest guest) {
        if (next.guest(host, domain).present()) {
            next.guest(host, domain, guest);
        }
    }
}
