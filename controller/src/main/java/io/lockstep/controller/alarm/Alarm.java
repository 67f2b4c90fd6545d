package io.lockstep.controller.alarm;

import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HostName;
import java.time.Instant;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Something that a person must look at.
 *
 * @param hosts where to look
 * @param text what was seen and what to do
 * @param since by the controller's clock
 */
public record Alarm(
        AlarmKind kind, DomainUuid domain, String domainName, SortedSet<HostName> hosts, String text, Instant since) {

    public Alarm {
        hosts = Collections.unmodifiableSortedSet(new TreeSet<>(hosts));
    }

    /** What makes two alarms the same one: the text may change while it stands. */
    public record Key(AlarmKind kind, DomainUuid domain, SortedSet<HostName> hosts) {}

    public Key key() {
        return new Key(kind, domain, hosts);
    }

    Alarm with(String newText, Instant earlier) {
        return new Alarm(kind, domain, domainName, hosts, newText, earlier);
    }
}
