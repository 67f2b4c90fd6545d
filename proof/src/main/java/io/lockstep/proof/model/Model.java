package io.lockstep.proof.model;

import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.volume.LockMode;
import java.util.List;

/** The states and steps of one configuration under given rules. */
final class Model {

    private final Configuration configuration;
    private final Shape shape;
    private final List<Actor> actors;
    private final Invariants invariants;
    private final boolean hooksVoidLooks;

    Model(Configuration configuration, Rules rules) {
        Decisions decisions = new Decisions(rules, configuration);
        this.configuration = configuration;
        this.shape = new Shape(configuration);
        this.actors = List.of(
                new Libvirt(),
                new Hooks(decisions),
                new Agents(decisions),
                new Faults(decisions, configuration.looks()));
        this.hooksVoidLooks = rules.seenDuringHook(OwnDomain.ABSENT) == OwnDomain.UNKNOWN;
        this.invariants = new Invariants(decisions, configuration);
    }

    Shape shape() {
        return shape;
    }

    Invariants invariants() {
        return invariants;
    }

    /** Every host is up, and nothing runs. */
    World start() {
        World world = new World(shape);
        for (Stimulus stimulus : Stimulus.values()) {
            world.set(stimulus, configuration.most(stimulus));
        }
        for (int host = 0; host < shape.hosts; host++) {
            world.power(host, Power.UP);
        }
        return world;
    }

    /** Every step out of a state. */
    void steps(World world, Steps steps) {
        Steps tidied = (event, host, domain, after) -> {
            tidy(after);
            steps.add(event, host, domain, after);
        };
        actors.forEach(a -> a.steps(world, tidied));
    }

    /** What no rule can ask for any more is forgotten, so that states that differ in nothing else are one. */
    private void tidy(World world) {
        for (int domain = 0; domain < shape.domains; domain++) {
            if (world.excused(domain) && world.running(domain) < 2) {
                world.excused(domain, false);
            }
        }
        if (world.round() > 0 && world.running(0) > 1) {
            world.round(world.round(), world.lookedFirst(), world.lookedSecond(), true);
        }
        for (int host = 0; host < shape.hosts; host++) {
            boolean needed = false;
            for (int domain = 0; domain < shape.domains; domain++) {
                needed |= world.claim(host, domain) != Claim.NONE || world.part(host, domain) != Part.NONE;
                if (!remembered(world, host, domain)) {
                    world.sight(host, domain, OwnDomain.UNKNOWN, 0);
                }
            }
            if (!needed && world.lock(host) == LockMode.UNLOCKED) {
                world.ours(host, false);
            }
        }
    }

    /** Whether what the agent saw of the domain matters: not to an agent that is away, nor when a hook made it void. */
    private boolean remembered(World world, int host, int domain) {
        OwnDomain sight = world.sight(host, domain);
        if (sight == OwnDomain.UNKNOWN || !world.agentUp(host)) {
            return false;
        }
        if (hooksVoidLooks && world.hook(host, domain) != Hook.NONE) {
            return false;
        }
        if (world.part(host, domain) != Part.NONE) {
            return true;
        }
        return sight == (world.claim(host, domain) == Claim.NONE ? OwnDomain.ACTIVE : OwnDomain.ABSENT);
    }
}
