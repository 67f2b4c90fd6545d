package io.lockstep.agent.hook;

import io.lockstep.agent.claim.Policy;
import io.lockstep.agent.state.StateStore;
import io.lockstep.core.domain.DomainDefinition;
import io.lockstep.core.domain.DomainXml;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.handover.OpenHandover;
import io.lockstep.core.handover.ReservationState;
import io.lockstep.core.hook.HookEvent;
import io.lockstep.core.hook.HookOperation;
import io.lockstep.core.port.Definitions;
import io.lockstep.core.rule.IncomingRules;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;

/** Tells a hook call of an incoming migration from that of a start. Asks neither libvirt nor anybody else. */
public final class Incoming {

    private final Policy.IncomingPrepare how;
    private final StateStore state;
    private final Definitions definitions;
    private final InstantSource clock;

    public Incoming(Policy.IncomingPrepare how, StateStore state, Definitions definitions, InstantSource clock) {
        this.how = how;
        this.state = state;
        this.definitions = definitions;
        this.clock = clock;
    }

    /**
     * The handover under which this call is content with SHARED: that whose reservation this {@code prepare} consumes, or, at a later
     * operation or when the same call is repeated, that under which the domain's claims already stand. Any other call is a start.
     *
     * @throws IOException when it carries a token of which nobody can tell where it comes from
     */
    Optional<OpenHandover> handover(HookEvent event, DomainDefinition domain) throws IOException {
        Optional<OpenHandover> open = state.get().handoverOf(domain.uuid()).map(h -> h.at(clock.instant()));
        boolean prepare = event.operation() == HookOperation.PREPARE;
        boolean marked = prepare && open.isPresent() && marked(open.get(), domain);
        return IncomingRules.of(open, prepare, marked, state.get().claimsOf(domain.uuid()));
    }

    private boolean marked(OpenHandover open, DomainDefinition domain) throws IOException {
        return switch (how) {
            case TOKEN ->
                domain.token().filter(open.id()::equals).isPresent()
                        && IncomingRules.marked(open.id(), domain.token(), storedToken(domain.name()));
            // A repetition cannot be told from a start, so the first one is the only one.
            case FIRST -> open.reservation() == ReservationState.PENDING;
        };
    }

    private Optional<HandoverId> storedToken(String name) throws IOException {
        Optional<byte[]> stored = definitions.stored(name);
        if (stored.isEmpty()) {
            return Optional.empty();
        }
        return switch (DomainXml.parse(stored.get())) {
            case DomainXml.Parsed parsed -> parsed.domain().token();
            case DomainXml.Refused refused -> throw new IOException("in its definition " + refused.reason());
        };
    }
}
