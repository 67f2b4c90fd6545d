package io.lockstep.controller.alarm;

import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.handover.HandoverAlarms.Look;
import io.lockstep.core.rule.Choice;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Something that a person must look at.
 *
 * @param hosts where to look
 * @param text what was seen and what to do
 * @param since by the controller's clock
 * @param seen what the latest looks at its hosts showed
 * @param choices what a person can safely do
 */
public record Alarm(
        AlarmKind kind,
        DomainUuid domain,
        String domainName,
        SortedSet<HostName> hosts,
        String text,
        Instant since,
        List<Look> seen,
        List<Choice> choices) {

    public Alarm {
        seen = List.copyOf(seen);
        choices = List.copyOf(choices);
        hosts = Collections.unmodifiableSortedSet(new TreeSet<>(hosts));
    }

    /** As it is kept: what was seen, and what follows from it, is looked at again. */
    public Alarm(
            AlarmKind kind,
            DomainUuid domain,
            String domainName,
            SortedSet<HostName> hosts,
            String text,
            Instant since) {
        this(kind, domain, domainName, hosts, text, since, List.of(), List.of());
    }

    /** What makes two alarms the same one: the text may change while it stands. */
    public record Key(AlarmKind kind, DomainUuid domain, SortedSet<HostName> hosts) {}

    public Key key() {
        return new Key(kind, domain, hosts);
    }

    Alarm standingSince(Instant earlier) {
        return new Alarm(kind, domain, domainName, hosts, text, earlier, seen, choices);
    }
}
