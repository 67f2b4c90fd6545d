package io.lockstep.core.rule;

import io.lockstep.core.domain.HostName;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How many domains each host has, so that what moves is spread evenly.
 *
 * <p>Guarantee: the same hosts and domains give the same answer; of hosts with as many domains the first by name is taken.
 */
public record Spread(SortedMap<HostName, Integer> domains) {

    public Spread {
        domains = Collections.unmodifiableSortedMap(new TreeMap<>(domains));
    }

    /** The host with the fewest domains among these; a host that is not counted has none. */
    public Optional<HostName> emptiest(Collection<HostName> among) {
        return among.stream()
                .min(Comparator.<HostName>comparingInt(h -> domains.getOrDefault(h, 0))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /** The same with one domain more there. */
    public Spread and(HostName host) {
        Map<HostName, Integer> more = new TreeMap<>(domains);
        more.merge(host, 1, Integer::sum);
        return new Spread(new TreeMap<>(more));
    }
}
