package io.lockstep.proof.model;

import io.lockstep.core.volume.LockMode;

/**
 * The agents' answers to hooks, in the order of {@code Verdicts}, {@code Claiming} and {@code TargetSide}: what is promised is
 * recorded first, then the lock is asked for, and what a refused call took is given back before it is refused.
 */
final class Hooks implements Actor {

    private final Decisions decisions;

    Hooks(Decisions decisions) {
        this.decisions = decisions;
    }

    @Override
    public void steps(World world, Steps steps) {
        for (int host = 0; host < world.shape.hosts; host++) {
            for (int domain = 0; domain < world.shape.domains; domain++) {
                Hook hook = world.hook(host, domain);
                if (hook != Hook.NONE && world.agentUp(host)) {
                    answer(world, host, domain, hook, steps);
                } else if (hook != Hook.NONE) {
                    unanswered(world, host, domain, hook, steps);
                }
            }
        }
    }

    private void answer(World world, int host, int domain, Hook hook, Steps steps) {
        switch (hook) {
            case NONE -> {
                // Nobody asks.
            }
            case START_CALLED, INCOMING_CALLED -> claim(world, host, domain, hook, steps);
            case START_CLAIMED, INCOMING_CLAIMED -> take(world, host, domain, hook, steps);
            case MIGRATE_CALLED -> begin(world, host, domain, steps);
            case MIGRATE_BEGUN -> begun(world, host, domain, steps);
            case MIGRATE_RESERVED -> reserved(world, host, domain, steps);
            case RELEASE_CALLED -> release(world, host, domain, steps);
        }
    }

    /** libvirt's view of a call that nobody answers: whatever is asked is refused, and a release is over. */
    static void unanswered(World world, int host, int domain, Hook hook, Steps steps) {
        World next = world.copy();
        broken(next, host, domain, hook);
        steps.add(Event.HOOK_UNANSWERED, host, domain, next);
    }

    static void broken(World next, int host, int domain, Hook hook) {
        next.before(host, domain, Claim.NONE);
        if (hook.incoming() || hook.migrate()) {
            next.noMigration(domain);
        }
        next.hook(host, domain, hook.prepare() ? Hook.RELEASE_CALLED : Hook.NONE);
    }

    private void claim(World world, int host, int domain, Hook hook, Steps steps) {
        World next = world.copy();
        if (decisions.conflicting(world, host, domain)) {
            broken(next, host, domain, hook);
            steps.add(Event.CONFLICT, host, domain, next);
            return;
        }
        boolean marked = hook == Hook.INCOMING_CALLED
                && world.token(domain) != 0
                && world.token(domain) == world.open(host, domain);
        boolean incoming = decisions.incoming(world, host, domain, marked);
        next.before(host, domain, world.claim(host, domain));
        next.claim(host, domain, incoming ? Claim.UNDER_HANDOVER : Claim.OWN);
        if (incoming) {
            next.part(host, domain, Part.CONSUMED);
        }
        next.ours(host, world.ours(host) || decisions.acquired());
        next.hook(host, domain, hook == Hook.START_CALLED ? Hook.START_CLAIMED : Hook.INCOMING_CLAIMED);
        steps.add(incoming ? Event.CONSUMED : Event.CLAIMED, host, domain, next);
    }

    private void take(World world, int host, int domain, Hook hook, Steps steps) {
        World asked = pass(world, host);
        if (asked.lock(host).satisfies(decisions.content(world, host, domain))) {
            World next = asked.copy();
            next.before(host, domain, Claim.NONE);
            next.hook(host, domain, Hook.NONE);
            if (hook == Hook.INCOMING_CLAIMED) {
                next.guest(host, domain, Guest.INCOMING);
                next.phase(domain, Phase.PREPARED);
                next.token(domain, 0);
            } else {
                next.guest(host, domain, Guest.STARTING);
            }
            steps.add(Event.ALLOWED, host, domain, next);
        }
        // Also what was granted may come too late.
        World next = asked.copy();
        next.claim(host, domain, decisions.undone(world, host, domain));
        if (next.claim(host, domain) != world.before(host, domain)) {
            next.broken("I5: a refused prepare left its claim behind");
        }
        broken(next, host, domain, hook);
        giveBack(next, host);
        steps.add(Event.REFUSED, host, domain, next);
    }

    /** One pass of the lane, as the caller of {@code VgLane.settle} runs it. */
    private World pass(World world, int host) {
        World next = world.copy();
        decisions.of(world, host).correction().ifPresent(mode -> next.request(host, mode));
        return next;
    }

    /** I5: what was refused left nothing behind. */
    private void giveBack(World next, int host) {
        decisions.of(next, host).correction().ifPresent(mode -> next.request(host, mode));
        if (!decisions.of(next, host).needed() && next.lock(host) != LockMode.UNLOCKED && !next.open(host)) {
            next.broken("I5: a refused call left " + next.lock(host) + " behind");
        }
    }

    private void begin(World world, int host, int domain, Steps steps) {
        refuse(world.copy(), host, domain, steps);
        if (decisions.conflicting(world, host, domain)) {
            return;
        }
        World nobody = world.copy();
        nobody.hook(host, domain, Hook.NONE);
        nobody.phase(domain, Phase.ALLOWED);
        steps.add(Event.NOBODY_RUNS_IT, host, domain, nobody);

        int handover = unused(world);
        int own = world.epoch(host, domain) + 1;
        int known = own;
        for (int other = 0; other < world.shape.hosts; other++) {
            known = Math.max(known, world.epoch(other, domain) + 1);
        }
        for (int source = 0; source < world.shape.hosts; source++) {
            if (source != host) {
                // A controller that has heard of every handover, and one that knows only what its caller knows.
                begin(world, host, domain, handover, source, known, steps);
                if (own != known) {
                    begin(world, host, domain, handover, source, own, steps);
                }
            }
        }
    }

    private static int unused(World world) {
        int handover = 0;
        while (world.share(handover) != 0) {
            handover++;
        }
        return handover;
    }

    private static void begin(World world, int host, int domain, int handover, int source, int epoch, Steps steps) {
        World next = world.copy();
        next.sent(handover, domain, source, epoch);
        next.token(domain, handover + 1);
        next.hook(host, domain, Hook.MIGRATE_BEGUN);
        steps.add(Event.BEGIN, source, domain, next);
    }

    private void begun(World world, int host, int domain, Steps steps) {
        refuse(world.copy(), host, domain, steps);
        int handover = world.token(domain) - 1;
        if (world.share(handover) == 2 && world.part(host, domain) == Part.NONE) {
            World next = world.copy();
            next.open(host, domain, handover + 1, Part.PENDING);
            next.epoch(host, domain, decisions.highest(world.epoch(host, domain), world.shareEpoch(handover)));
            next.ours(host, world.ours(host) || decisions.acquired());
            next.hook(host, domain, Hook.MIGRATE_RESERVED);
            steps.add(Event.RESERVED, host, domain, next);
        }
    }

    private void reserved(World world, int host, int domain, Steps steps) {
        World asked = pass(world, host);
        if (asked.lock(host).satisfies(LockMode.SHARED)) {
            World next = asked.copy();
            next.hook(host, domain, Hook.NONE);
            next.phase(domain, Phase.ALLOWED);
            steps.add(Event.MIGRATE_ALLOWED, host, domain, next);
        }
        World next = asked.copy();
        close(next, host, domain);
        giveBack(next, host);
        refuse(next, host, domain, steps);
    }

    private static void refuse(World next, int host, int domain, Steps steps) {
        broken(next, host, domain, Hook.MIGRATE_CALLED);
        steps.add(Event.MIGRATE_REFUSED, host, domain, next);
    }

    /** The handover ends here; claims that were content with SHARED under it stand for themselves again. */
    static void close(World next, int host, int domain) {
        next.open(host, domain, 0, Part.NONE);
        if (next.claim(host, domain) == Claim.UNDER_HANDOVER) {
            next.claim(host, domain, Claim.OWN);
        }
        if (next.before(host, domain) == Claim.UNDER_HANDOVER) {
            next.before(host, domain, Claim.OWN);
        }
    }

    private void release(World world, int host, int domain, Steps steps) {
        World next = world.copy();
        int ended = decisions.ended(world, host, domain);
        for (int other = 0; other < world.shape.domains; other++) {
            if ((ended & 1 << other) != 0) {
                next.claim(host, other, Claim.NONE);
            }
        }
        next.hook(host, domain, Hook.NONE);
        steps.add(Event.RELEASED, host, domain, next);
    }
}
