package io.lockstep.proof.model;

import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.handover.SideProgress;
import io.lockstep.core.rule.HandoverStep;
import io.lockstep.core.rule.ShareRules;
import io.lockstep.core.volume.LockMode;

/**
 * What the agents do besides answering hooks: they answer Share ({@code SourceSide}), look ({@code DomainWatch}), keep claims in step
 * with what they saw ({@code Reconciler}), settle handovers ({@code Handovers}) and correct locks ({@code Passes}).
 *
 * <p>A Wake makes an agent look and ask at once, and ends the time that a source leaves its target. Here an agent may look and ask at any
 * moment, and that time may end at any moment: so every lost, late and repeated Wake and SideReport is one of the orders explored.
 */
final class Agents implements Actor {

    private final Decisions decisions;

    Agents(Decisions decisions) {
        this.decisions = decisions;
    }

    @Override
    public void steps(World world, Steps steps) {
        for (int handover = 0; handover < world.shape.handovers; handover++) {
            if (world.share(handover) != 0) {
                share(world, handover, steps);
            }
        }
        for (int host = 0; host < world.shape.hosts; host++) {
            if (world.agentUp(host)) {
                Decisions.Decided decided = decisions.of(world, host);
                lock(world, host, decided, steps);
                for (int domain = 0; domain < world.shape.domains; domain++) {
                    look(world, host, domain, steps);
                    time(world, host, domain, steps);
                    settle(world, host, domain, decided.domains().get(domain), steps);
                    claimByLooking(world, host, domain, decided.domains().get(domain), steps);
                }
            }
        }
    }

    private void share(World world, int handover, Steps steps) {
        int host = world.shareSource(handover);
        int domain = world.shareDomain(handover);
        if (!world.agentUp(host)) {
            return;
        }
        switch (decisions.share(world, handover)) {
            case ShareRules.Decision.Open _ -> {
                World next = world.copy();
                next.open(host, domain, handover + 1, Part.SOURCE);
                next.claim(host, domain, Claim.UNDER_HANDOVER);
                next.epoch(host, domain, decisions.highest(world.epoch(host, domain), world.shareEpoch(handover)));
                if (world.share(handover) == 2 || world.shareEpoch(handover) <= world.epoch(host, domain)) {
                    next.broken("I5: a command of the past opens a handover");
                }
                steps.add(awaited(world, handover) ? Event.SHARE : Event.LATE_SHARE, host, domain, next);
            }
            case ShareRules.Decision.Again _ -> opened(world, handover, host, domain, steps);
            case ShareRules.Decision.Stale _ -> {
                int higher = world.epoch(host, domain) + 1;
                if (awaited(world, handover) && higher <= world.shape.handovers) {
                    World next = world.copy();
                    next.shareEpoch(handover, higher);
                    steps.add(Event.BEGIN_AGAIN, host, domain, next);
                }
            }
            case ShareRules.Decision.AlreadyOpen _, ShareRules.Decision.NotHere _ -> {
                // The controller waits or refuses; nothing changes here.
            }
        }
    }

    /** Whether a target's Begin still waits for the answer. */
    private static boolean awaited(World world, int handover) {
        return begun(world, handover) && world.share(handover) == 1;
    }

    /** Whether a target's Begin has not come back yet. */
    private static boolean begun(World world, int handover) {
        int domain = world.shareDomain(handover);
        return world.phase(domain) == Phase.HOOK
                && world.hook(world.target(domain), domain) == Hook.MIGRATE_BEGUN
                && world.token(domain) == handover + 1;
    }

    private static void opened(World world, int handover, int host, int domain, Steps steps) {
        if (world.share(handover) != 1 || !world.part(host, domain).source()) {
            return;
        }
        // What is held in a stronger mode would satisfy a guest, but it is not shared.
        if (world.lock(host) == LockMode.SHARED && awaited(world, handover)) {
            World next = world.copy();
            next.answered(handover);
            steps.add(Event.SHARED, host, domain, next);
        }
        World late = world.copy();
        Hooks.close(late, host, domain);
        steps.add(Event.SHARE_GIVEN_UP, host, domain, late);
    }

    private static void lock(World world, int host, Decisions.Decided decided, Steps steps) {
        if (decided.correction().isPresent()) {
            World next = world.copy();
            if (next.request(host, decided.correction().get())) {
                steps.add(Event.LOCKS, host, -1, next);
            }
        }
        if (!world.ours(host) && claimed(world, host)) {
            World next = world.copy();
            next.ours(host, true);
            steps.add(Event.MARKED_OURS, host, -1, next);
        }
    }

    private static boolean claimed(World world, int host) {
        for (int domain = 0; domain < world.shape.domains; domain++) {
            Part part = world.part(host, domain);
            if (world.claim(host, domain) != Claim.NONE || part == Part.PENDING || part == Part.EXPIRED) {
                return true;
            }
        }
        return false;
    }

    private void look(World world, int host, int domain, Steps steps) {
        Rules rules = decisions.rules();
        OwnDomain shown = decisions.own(world.guest(host, domain));
        boolean hook = world.hook(host, domain) != Hook.NONE;
        see(world, host, domain, hook ? rules.seenDuringHook(shown) : shown, Event.LOOKS, steps);
        see(world, host, domain, rules.seenInSilence(), Event.SILENCE, steps);
        if (!hook && world.left(Stimulus.TORN_LOOKS) > 0) {
            see(world, host, domain, OwnDomain.ABSENT, Event.TORN_LOOK_ABSENT, steps);
            see(world, host, domain, OwnDomain.ACTIVE, Event.TORN_LOOK_ACTIVE, steps);
        }
    }

    private void see(World world, int host, int domain, OwnDomain seen, Event event, Steps steps) {
        OwnDomain before = world.sight(host, domain);
        int looks =
                seen == OwnDomain.UNKNOWN ? 0 : decisions.rules().looks(seen == before ? world.looks(host, domain) : 0);
        if (seen == before && looks == world.looks(host, domain)) {
            return;
        }
        World next = world.copy();
        if (event == Event.TORN_LOOK_ABSENT || event == Event.TORN_LOOK_ACTIVE) {
            if (seen == decisions.own(world.guest(host, domain))) {
                return;
            }
            next.spend(Stimulus.TORN_LOOKS);
        }
        next.sight(host, domain, seen, looks);
        steps.add(event, host, domain, next);
    }

    private static void time(World world, int host, int domain, Steps steps) {
        Part part = world.part(host, domain);
        if (part == Part.SOURCE || part == Part.PENDING) {
            World next = world.copy();
            next.part(host, domain, part == Part.SOURCE ? Part.SOURCE_SETTLED : Part.EXPIRED);
            steps.add(part == Part.SOURCE ? Event.SETTLED : Event.RAN_OUT, host, domain, next);
        }
        if (part.source() && part != Part.SOURCE_ALONE && targetGone(world, host, domain)) {
            World next = world.copy();
            next.part(host, domain, Part.SOURCE_ALONE);
            steps.add(Event.TARGET_GONE, host, domain, next);
        }
    }

    /** Whether no other host takes part in the handover that is open here, and none can come to do so. */
    private static boolean targetGone(World world, int host, int domain) {
        int handover = world.open(host, domain);
        for (int other = 0; other < world.shape.hosts; other++) {
            if (other != host && world.open(other, domain) == handover) {
                return false;
            }
        }
        return !begun(world, handover - 1);
    }

    private static void settle(World world, int host, int domain, Decisions.OfDomain decided, Steps steps) {
        if (decided.step().filter(HandoverStep.Action.RELEASE::equals).isPresent()
                && world.claim(host, domain) != Claim.NONE) {
            World next = world.copy();
            next.claim(host, domain, Claim.NONE);
            steps.add(Event.GONE_BY_HANDOVER, host, domain, next);
        }
        if (decided.closing().isPresent()) {
            SideProgress how = decided.closing().get();
            World next = world.copy();
            Hooks.close(next, host, domain);
            check(world, host, domain, how, next);
            steps.add(how == SideProgress.HOLDS ? Event.CLOSED_HOLDS : Event.CLOSED_GONE, host, domain, next);
        }
    }

    /** A side says that it has closed only when it is so; whoever opens the next handover relies on that. */
    private static void check(World world, int host, int domain, SideProgress how, World next) {
        LockMode lock = world.lock(host);
        if (how == SideProgress.HOLDS && !lock.satisfies(world.shape.mode(domain))) {
            next.broken("I4: a handover closes as HOLDS while only " + lock + " is held");
        }
        if (how == SideProgress.GONE && lock != LockMode.UNLOCKED && !claimed(next, host)) {
            next.broken("I4: a handover closes as GONE while " + lock + " is held");
        }
    }

    private static void claimByLooking(World world, int host, int domain, Decisions.OfDomain decided, Steps steps) {
        if (decided.beginByLooking()) {
            World next = world.copy();
            next.claim(host, domain, Claim.OWN);
            next.ours(host, true);
            steps.add(Event.CLAIMED_BY_LOOKING, host, domain, next);
        }
        if (decided.endByLooking()) {
            World next = world.copy();
            next.claim(host, domain, Claim.NONE);
            steps.add(Event.ENDED_BY_LOOKING, host, domain, next);
        }
    }
}
