package io.lockstep.controller.alarm;

import io.lockstep.controller.handover.Deadlines;
import io.lockstep.controller.handover.Handover;
import io.lockstep.controller.handover.Handovers;
import io.lockstep.controller.host.CallLimit;
import io.lockstep.controller.host.HostView;
import io.lockstep.controller.host.Hosts;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.handover.HandoverAlarms;
import io.lockstep.core.handover.HandoverAlarms.Look;
import io.lockstep.core.handover.Side;
import io.lockstep.core.rule.Choices;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/**
 * Looks afresh at the domains that may run twice: those of open handovers, those that two hosts stream, and those with an alarm
 * that stands.
 *
 * <p>Guarantees: the looks at one domain are taken one after the other in the order that {@link HandoverAlarms} demands, and
 * never twice at a time; a silent host holds up only its own domains.
 */
public final class Looks {

    private static final Set<OwnDomain> RUNS = Set.of(OwnDomain.ACTIVE, OwnDomain.POST_COPY);

    /** A guest that is moving out runs until the very end: it raises no double run, and is no proof that one is over. */
    private static final Set<OwnDomain> MAY_RUN = Set.of(OwnDomain.ACTIVE, OwnDomain.POST_COPY, OwnDomain.OUTGOING);

    private final Hosts hosts;
    private final Handovers handovers;
    private final Alarms alarms;
    private final Executor executor;
    private final InstantSource clock;
    private final Deadlines deadlines;
    private final Unprotected unprotected;
    private final Set<DomainUuid> underWay = ConcurrentHashMap.newKeySet();

    public Looks(
            Hosts hosts,
            Handovers handovers,
            Alarms alarms,
            Executor executor,
            InstantSource clock,
            Deadlines deadlines) {
        this.hosts = hosts;
        this.handovers = handovers;
        this.alarms = alarms;
        this.executor = executor;
        this.clock = clock;
        this.deadlines = deadlines;
        this.unprotected = new Unprotected(hosts, alarms, clock);
    }

    /** Whom to look at: the sides, and every other host that may have the domain. */
    private record Subject(
            DomainUuid domain,
            String name,
            HostName source,
            HostName target,
            boolean handover,
            SortedSet<HostName> others) {}

    /** One round over all domains. To be called every few seconds. */
    public void tick() {
        for (Subject each : subjects()) {
            if (underWay.add(each.domain())) {
                executor.execute(() -> {
                    try {
                        look(each);
                    } finally {
                        underWay.remove(each.domain());
                    }
                });
            }
        }
        attention();
        unprotected.tick();
    }

    private List<Subject> subjects() {
        Map<DomainUuid, Shown> shown = shown();
        Map<DomainUuid, Subject> subjects = new LinkedHashMap<>();
        for (Handover each : handovers.open()) {
            SortedSet<HostName> others = present(shown, each.domain());
            others.addAll(alarmed(each.domain()));
            others.remove(each.source());
            others.remove(each.target());
            subjects.put(
                    each.domain(),
                    new Subject(each.domain(), each.domainName(), each.source(), each.target(), true, others));
        }
        Map<DomainUuid, String> suspects = new LinkedHashMap<>();
        shown.forEach((domain, where) -> {
            if (where.hosts().size() > 1) {
                suspects.put(domain, where.name());
            }
        });
        alarms.list().stream()
                .filter(a -> a.kind().ofLooks())
                .forEach(a -> suspects.putIfAbsent(a.domain(), a.domainName()));
        suspects.forEach((domain, name) -> {
            if (!subjects.containsKey(domain)) {
                withoutHandover(domain, name, present(shown, domain)).ifPresent(s -> subjects.put(domain, s));
            }
        });
        return List.copyOf(subjects.values());
    }

    /** The sides of the domain's last handover when they are the ones in question, otherwise the hosts by name. */
    private Optional<Subject> withoutHandover(DomainUuid domain, String name, SortedSet<HostName> candidates) {
        candidates.addAll(alarmed(domain));
        Optional<Handover> last = handovers
                .latest(domain)
                .filter(h -> candidates.contains(h.source()) && candidates.contains(h.target()));
        List<HostName> byName = List.copyOf(candidates);
        if (byName.isEmpty()) {
            return Optional.empty();
        }
        HostName source = last.map(Handover::source).orElse(byName.get(0));
        HostName target = last.map(Handover::target).orElse(byName.getLast());
        SortedSet<HostName> others = new TreeSet<>(candidates);
        others.remove(source);
        others.remove(target);
        return Optional.of(new Subject(domain, name, source, target, false, others));
    }

    /** Where a domain is, as the hosts stream it. */
    private record Shown(String name, SortedSet<HostName> hosts) {}

    /** Of all domains in one pass over what every host streams: of hosts and domains there are many. */
    private Map<DomainUuid, Shown> shown() {
        Map<DomainUuid, Shown> shown = new LinkedHashMap<>();
        for (HostView view : hosts.view()) {
            view.inventory()
                    .filter(i -> view.connected())
                    .ifPresent(i -> i.domains().forEach((domain, own) -> {
                        if (i.own(domain).present()) {
                            shown.computeIfAbsent(
                                            domain,
                                            d -> new Shown(i.names().getOrDefault(d, d.toString()), new TreeSet<>()))
                                    .hosts()
                                    .add(view.name());
                        }
                    }));
        }
        return shown;
    }

    private static SortedSet<HostName> present(Map<DomainUuid, Shown> shown, DomainUuid domain) {
        Shown found = shown.get(domain);
        return found == null ? new TreeSet<>() : new TreeSet<>(found.hosts());
    }

    private SortedSet<HostName> alarmed(DomainUuid domain) {
        SortedSet<HostName> hostsOfAlarms = new TreeSet<>();
        alarms.list(domain).stream().filter(a -> a.kind().ofLooks()).forEach(a -> hostsOfAlarms.addAll(a.hosts()));
        return hostsOfAlarms;
    }

    private void look(Subject subject) {
        Look target1 = observe(subject.target(), subject.domain());
        Look source1 = observe(subject.source(), subject.domain());
        Look target2 = observe(subject.target(), subject.domain());
        Look source2 = observe(subject.source(), subject.domain());
        List<Look> others =
                subject.others().stream().map(h -> observe(h, subject.domain())).toList();
        List<Look> seen = new ArrayList<>(List.of(source2, target2));
        seen.addAll(others);
        Instant now = clock.instant();

        List<Alarm> doubleRuns = new ArrayList<>();
        HandoverAlarms.doubleRun(target1, source1, target2, source2)
                .ifPresent(a -> doubleRuns.add(alarm(subject, a, now, seen)));
        List<Alarm> leftOvers = new ArrayList<>();
        // At the end of every migration the source stands paused for a moment: only what both pairs show counts.
        HandoverAlarms.leftOver(target1, source1)
                .flatMap(a -> HandoverAlarms.leftOver(target2, source2))
                .or(() -> subject.handover()
                        ? Optional.empty()
                        : HandoverAlarms.leftOver(source1, target1)
                                .flatMap(a -> HandoverAlarms.leftOver(source2, target2)))
                .ifPresent(a -> leftOvers.add(alarm(subject, a, now, seen)));
        SortedSet<HostName> leftOverThere = new TreeSet<>();
        for (Look other : others) {
            leftOverOn(subject.domain(), List.of(target2, source2), other).ifPresent(a -> {
                leftOvers.add(alarm(subject, a, now, seen));
                leftOverThere.add(other.host());
            });
        }
        // Silence neither raises nor clears.
        if (!doubleRuns.isEmpty() || seenNot(target2, MAY_RUN) || seenNot(source2, MAY_RUN)) {
            alarms.replace(subject.domain(), a -> a.kind() == AlarmKind.DOUBLE_RUN, doubleRuns);
        }
        if (!leftOvers.isEmpty()
                || notLeftOver(target2, source2)
                        && (subject.handover() || notLeftOver(source2, target2))
                        && others.stream().noneMatch(l -> l.domain() == OwnDomain.UNKNOWN)) {
            alarms.replace(subject.domain(), a -> a.kind() == AlarmKind.LEFT_OVER, leftOvers);
        }
        thirdHost(
                subject,
                seen.stream().filter(l -> !leftOverThere.contains(l.host())).toList(),
                now);
    }

    /**
     * What an earlier migration left on a host that is no side of the latest handover, while the guest runs on one that is.
     *
     * @param sides as they were seen before the other host was
     */
    private Optional<HandoverAlarms.Alarm> leftOverOn(DomainUuid domain, List<Look> sides, Look other) {
        return sides.stream()
                .filter(side -> HandoverAlarms.leftOver(side, other).isPresent())
                .findFirst()
                .flatMap(side -> HandoverAlarms.leftOver(observe(side.host(), domain), observe(other.host(), domain)));
    }

    private static boolean notLeftOver(Look target, Look source) {
        return seenNot(target, RUNS) || seenNot(source, Set.of(OwnDomain.PAUSED_MIGRATING));
    }

    private static boolean seenNot(Look look, Set<OwnDomain> states) {
        return look.domain() != OwnDomain.UNKNOWN && !states.contains(look.domain());
    }

    private void thirdHost(Subject subject, List<Look> seen, Instant now) {
        List<HostName> present =
                seen.stream().filter(l -> l.domain().present()).map(Look::host).toList();
        List<Alarm> found = new ArrayList<>();
        // Without a handover two hosts are a double run; a third one is one more either way.
        HandoverAlarms.thirdHost(subject.source(), subject.target(), present)
                .ifPresent(a -> found.add(alarm(subject, a, now, seen)));
        if (!found.isEmpty() || seen.stream().noneMatch(l -> l.domain() == OwnDomain.UNKNOWN)) {
            alarms.replace(subject.domain(), a -> a.kind() == AlarmKind.THIRD_HOST, found);
        }
    }

    private static Alarm alarm(Subject subject, HandoverAlarms.Alarm alarm, Instant now, List<Look> seen) {
        return new Alarm(
                AlarmKind.of(alarm.kind()),
                subject.domain(),
                subject.name(),
                alarm.hosts(),
                alarm.text(),
                now,
                seen,
                Choices.of(alarm.kind(), subject.name(), alarm.hosts(), seen));
    }

    private Look observe(HostName host, DomainUuid domain) {
        OwnDomain own = hosts.participant(host)
                .observe(domain, CallLimit.until(clock.instant().plus(deadlines.look())));
        return new Look(host, own);
    }

    /** A side's own words: they stand as long as the side says them. */
    private void attention() {
        Map<DomainUuid, List<Alarm>> wanted = new LinkedHashMap<>();
        alarms.list().stream()
                .filter(a -> a.kind() == AlarmKind.ATTENTION)
                .forEach(a -> wanted.put(a.domain(), new ArrayList<>()));
        for (Handover each : handovers.open()) {
            for (Side side : Side.values()) {
                String text = each.side(side).attention();
                if (!text.isEmpty()) {
                    SortedSet<HostName> at = new TreeSet<>(Set.of(each.host(side)));
                    wanted.computeIfAbsent(each.domain(), d -> new ArrayList<>())
                            .add(new Alarm(
                                    AlarmKind.ATTENTION,
                                    each.domain(),
                                    each.domainName(),
                                    at,
                                    each.host(side) + ": " + text,
                                    clock.instant(),
                                    each.seen(),
                                    each.choices(side)));
                }
            }
        }
        wanted.forEach((domain, list) -> alarms.replace(domain, a -> a.kind() == AlarmKind.ATTENTION, list));
    }
}
