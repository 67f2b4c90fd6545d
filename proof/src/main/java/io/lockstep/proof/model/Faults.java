package io.lockstep.proof.model;

import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.volume.LockMode;

/** Crashes and what follows from them, and the controller's looks for a double run. */
final class Faults implements Actor {

    /** The looks of one round. */
    private static final int ROUND = 4;

    private final Decisions decisions;
    private final boolean alarms;

    Faults(Decisions decisions, boolean alarms) {
        this.decisions = decisions;
        this.alarms = alarms;
    }

    @Override
    public void steps(World world, Steps steps) {
        for (int host = 0; host < world.shape.hosts; host++) {
            switch (world.power(host)) {
                case DOWN -> down(world, host, steps);
                case AGENT_DOWN -> {
                    World next = world.copy();
                    next.power(host, Power.UP);
                    steps.add(Event.AGENT_RESTARTS, host, -1, next);
                    powerCut(world, host, steps);
                }
                case UP -> {
                    agentCrash(world, host, steps);
                    powerCut(world, host, steps);
                }
            }
        }
        if (alarms) {
            looks(world, steps);
        }
    }

    private static void down(World world, int host, Steps steps) {
        if (world.lock(host) != LockMode.UNLOCKED) {
            World next = world.copy();
            next.lock(host, LockMode.UNLOCKED);
            steps.add(Event.DEAD_LOCK_FREED, host, -1, next);
        }
        // It joins its lockspace as a new generation, which ends what the old one held.
        World next = world.copy();
        next.lock(host, LockMode.UNLOCKED);
        next.power(host, Power.UP);
        steps.add(Event.BOOTS, host, -1, next);
    }

    /** Hooks in progress break; the state file and the locks stay. */
    private static void agentCrash(World world, int host, Steps steps) {
        if (world.left(Stimulus.AGENT_CRASHES) == 0) {
            return;
        }
        World next = world.copy();
        next.spend(Stimulus.AGENT_CRASHES);
        next.power(host, Power.AGENT_DOWN);
        for (int domain = 0; domain < world.shape.domains; domain++) {
            if (world.hook(host, domain).reachedTheAgent()) {
                Hooks.broken(next, host, domain, world.hook(host, domain));
            }
        }
        steps.add(Event.AGENT_CRASHES, host, -1, next);
    }

    /** Guests, hooks and devices are gone; of the state file only the epochs will count. The lock stays until sanlock gives it up. */
    private static void powerCut(World world, int host, Steps steps) {
        if (world.left(Stimulus.POWER_CUTS) == 0) {
            return;
        }
        World next = world.copy();
        next.spend(Stimulus.POWER_CUTS);
        next.power(host, Power.DOWN);
        next.ours(host, false);
        for (int domain = 0; domain < world.shape.domains; domain++) {
            next.guest(host, domain, Guest.ABSENT);
            next.hook(host, domain, Hook.NONE);
            next.before(host, domain, Claim.NONE);
            next.open(host, domain, 0, Part.NONE);
            next.claim(host, domain, Claim.NONE);
            next.sight(host, domain, OwnDomain.UNKNOWN, 0);
            Libvirt.lost(next, host, domain);
        }
        steps.add(Event.POWER_CUT, host, -1, next);
    }

    private void looks(World world, Steps steps) {
        if (world.round() > 0) {
            look(world, world.lookedFirst(), world.lookedSecond(), steps);
            return;
        }
        for (int first = 0; first < world.shape.hosts; first++) {
            for (int second = 0; second < world.shape.hosts; second++) {
                if (first != second) {
                    look(world, first, second, steps);
                }
            }
        }
    }

    /** One more answer; a round whose answers can no longer raise an alarm is forgotten. */
    private void look(World world, int first, int second, Steps steps) {
        int looks = world.round();
        int host = looks % 2 == 0 ? first : second;
        boolean silent = !world.agentUp(host) || world.hook(host, 0) != Hook.NONE;
        OwnDomain shown = silent ? OwnDomain.UNKNOWN : decisions.own(world.guest(host, 0));
        boolean ranTwice = world.ranTwice() || world.running(0) > 1;
        World next = world.copy();
        if (!decisions.mayBeDoubleRun(looks, shown)) {
            next.round(0, 0, 0, false);
        } else if (looks + 1 < ROUND) {
            next.round(looks + 1, first, second, ranTwice);
        } else {
            next.round(0, 0, 0, false);
            if (!ranTwice) {
                next.broken("I3: an alarm tells of a double run that there never was");
            }
        }
        steps.add(Event.ALARM_LOOK, host, 0, next);
    }
}
