package io.lockstep.controller.intervention;

import io.lockstep.controller.alarm.Alarm;
import io.lockstep.controller.alarm.Alarms;
import io.lockstep.controller.handover.Deadlines;
import io.lockstep.controller.handover.Handovers;
import io.lockstep.controller.host.CallLimit;
import io.lockstep.controller.host.HostView;
import io.lockstep.controller.host.Hosts;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.handover.HandoverAlarms.Look;
import io.lockstep.core.rule.SuspendRules;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Suspends one guest of a double run.
 *
 * <p>Guarantee: only a guest that fresh looks show twice is suspended; its host looks once more before it does.
 */
public final class Suspending {

    private final Hosts hosts;
    private final Handovers handovers;
    private final Alarms alarms;
    private final InstantSource clock;
    private final Deadlines deadlines;

    public Suspending(Hosts hosts, Handovers handovers, Alarms alarms, InstantSource clock, Deadlines deadlines) {
        this.hosts = hosts;
        this.handovers = handovers;
        this.alarms = alarms;
        this.clock = clock;
        this.deadlines = deadlines;
    }

    /** The domain of this name or UUID that the host shows or showed last. */
    public Optional<DomainUuid> find(String domain, HostName host) {
        return hosts.view(host)
                .flatMap(HostView::inventory)
                .flatMap(i -> i.names().entrySet().stream()
                        .filter(e -> e.getValue().equals(domain)
                                || e.getKey().toString().equalsIgnoreCase(domain))
                        .map(Map.Entry::getKey)
                        .findFirst());
    }

    public Outcome suspend(DomainUuid domain, String name, HostName host, Asked asked) {
        List<Look> seen = new ArrayList<>();
        List<SuspendRules.Pair> pairs = new ArrayList<>();
        @Nullable Look latest = null;
        for (HostName other : others(domain, host)) {
            Look other1 = look(other, domain);
            Look asked1 = look(host, domain);
            // One that hangs is not to be waited for twice.
            Look other2 = other1.domain() == OwnDomain.UNKNOWN ? other1 : look(other, domain);
            latest = look(host, domain);
            pairs.add(new SuspendRules.Pair(other1, asked1, other2, latest));
            seen.add(other2);
        }
        Look here = latest == null ? look(host, domain) : latest;
        seen.add(here);
        Optional<String> refusal = SuspendRules.refusal(name, here, pairs)
                .or(() -> hosts.participant(host).suspend(domain, asked.words(), limit()));
        note(
                domain,
                host,
                refusal.map(r -> "not suspended, as asked for " + asked.words() + ": " + r)
                        .orElse("suspended " + asked.words() + ": it runs twice"));
        return new Outcome(seen, refusal.stream().toList());
    }

    private void note(DomainUuid domain, HostName host, String text) {
        handovers.latest(domain).ifPresent(h -> handovers.note(h.id(), Optional.of(host), text));
    }

    /** Every other host that may have it: those that show it or do not tell, and those that an alarm names. */
    private SortedSet<HostName> others(DomainUuid domain, HostName host) {
        SortedSet<HostName> others = new TreeSet<>();
        hosts.view().stream()
                .filter(v -> v.own(domain) != OwnDomain.ABSENT)
                .map(HostView::name)
                .forEach(others::add);
        alarms.list(domain).stream().map(Alarm::hosts).forEach(others::addAll);
        others.remove(host);
        return others;
    }

    private Look look(HostName host, DomainUuid domain) {
        return new Look(host, hosts.participant(host).observe(domain, limit()));
    }

    private CallLimit limit() {
        return CallLimit.until(clock.instant().plus(deadlines.look()));
    }
}
