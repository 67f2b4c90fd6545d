package io.lockstep.controller.alarm;

import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.handover.HandoverAlarms;
import io.lockstep.core.handover.HandoverAlarms.Look;
import io.lockstep.core.rule.Choice;
import io.lockstep.core.rule.Choices;
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
 */
public record Alarm(
        AlarmKind kind,
        DomainUuid domain,
        String domainName,
        SortedSet<HostName> hosts,
        String text,
        Instant since,
        List<Look> seen) {

    public Alarm {
        seen = List.copyOf(seen);
        hosts = Collections.unmodifiableSortedSet(new TreeSet<>(hosts));
    }

    /** As it is kept: what was seen is looked at again. */
    public Alarm(
            AlarmKind kind, DomainUuid domain, String domainName, SortedSet<HostName> hosts, String text, Instant since) {
        this(kind, domain, domainName, hosts, text, since, List.of());
    }

    /** What a person can safely do. */
    public List<Choice> choices() {
        return switch (kind) {
            case DOUBLE_RUN -> Choices.of(HandoverAlarms.Kind.DOUBLE_RUN, domainName, hosts, seen);
            case LEFT_OVER -> Choices.of(HandoverAlarms.Kind.LEFT_OVER, domainName, hosts, seen);
            case THIRD_HOST -> Choices.of(HandoverAlarms.Kind.THIRD_HOST, domainName, hosts, seen);
            // Its handover has them: they depend on the side.
            case ATTENTION -> List.of();
        };
    }

    /** What makes two alarms the same one: the text may change while it stands. */
    public record Key(AlarmKind kind, DomainUuid domain, SortedSet<HostName> hosts) {}

    public Key key() {
        return new Key(kind, domain, hosts);
    }

    Alarm since(Instant earlier) {
        return new Alarm(kind, domain, domainName, hosts, text, earlier, seen);
    }
}
