package io.lockstep.agent.handover;

import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.handover.SideProgress;
import io.lockstep.core.handover.SideStep;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What this host's side of each handover went through, for the controllers' history.
 *
 * <p>Guarantees: a step is kept when it says something else than the one before; no two steps of a handover are of the same
 * microsecond, and their times rise, so that a step is known by its time whoever tells it. In memory alone: what was told before a
 * restart of the agent is in the controllers' database already.
 */
final class Steps {

    /** A side goes through five or six; more come of a state that flutters, of which the latest are kept. */
    private static final int MOST = 50;

    private final Map<HandoverId, List<SideStep>> steps = new ConcurrentHashMap<>();

    /** @return all steps of this handover, the present one being the last */
    List<SideStep> with(HandoverId id, SideStep now) {
        return steps.merge(id, List.of(now), (before, one) -> after(before, one.getFirst()));
    }

    List<SideStep> of(HandoverId id) {
        return steps.getOrDefault(id, List.of());
    }

    /** Since when this side has been this far and has seen its domain so; empty when its latest step says otherwise. */
    Optional<Instant> since(HandoverId id, SideProgress progress, OwnDomain own) {
        Instant since = null;
        for (SideStep each : of(id).reversed()) {
            if (each.progress() != progress || each.own() != own) {
                break;
            }
            since = each.at();
        }
        return Optional.ofNullable(since);
    }

    void keepOnly(Set<HandoverId> known) {
        steps.keySet().retainAll(known);
    }

    private static List<SideStep> after(List<SideStep> before, SideStep now) {
        SideStep last = before.getLast();
        if (last.sameWords(now)) {
            return before;
        }
        Instant earliest = last.at().plus(1, ChronoUnit.MICROS);
        List<SideStep> after = new ArrayList<>(before.size() < MOST ? before : before.subList(1, before.size()));
        after.add(
                now.at().isBefore(earliest) ? new SideStep(earliest, now.progress(), now.own(), now.attention()) : now);
        return List.copyOf(after);
    }
}
