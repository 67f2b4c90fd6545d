package io.lockstep.agent.migration;

import io.lockstep.agent.claim.Policy;
import io.lockstep.agent.lane.Lanes;
import io.lockstep.agent.libvirt.DomainWatch;
import io.lockstep.agent.state.AgentState;
import io.lockstep.agent.state.StateStore;
import io.lockstep.core.claim.DomainClaims;
import io.lockstep.core.domain.DomainReading;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.handover.OpenHandover;
import io.lockstep.core.port.HostPlatform;
import io.lockstep.core.port.Migrations;
import io.lockstep.core.rule.MigrationRules;
import io.lockstep.core.volume.VgName;
import io.lockstep.core.volume.Volume;
import io.lockstep.core.volume.VolumeInfo;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * The migrations away from this host that are under way, and those started here that ended lately.
 *
 * <p>Guarantees: one of a domain at a time; what has begun goes on whatever becomes of the caller or of this agent, and an agent
 * that comes back shows it, because libvirt does; nobody who answers a hook waits for anything here.
 */
public final class OutgoingMigrations {

    private static final Logger LOG = Logger.getLogger(OutgoingMigrations.class);

    /** For whoever asks later how one ended. */
    private static final Duration REMEMBERED = Duration.ofHours(1);

    private final Parts parts;

    /** By domain; only this object's lock lets it be changed. */
    private final Map<DomainUuid, OutgoingMigration> known = new TreeMap<>();

    /**
     * @param later runs something in the background after a while
     * @param looked wakes whoever looks at domains
     */
    public record Parts(
            HostName host,
            HostPlatform platform,
            Policy policy,
            StateStore state,
            Lanes lanes,
            DomainWatch watch,
            InstantSource clock,
            Executor background,
            BiConsumer<Duration, Runnable> later,
            Runnable looked) {}

    /**
     * What speaks against a migration.
     *
     * @param groups that the domain uses
     * @param underWay its migration, which then goes on whatever speaks against another one
     */
    public record Check(
            DomainUuid domain,
            String name,
            List<String> refusals,
            SortedSet<VgName> groups,
            Optional<OutgoingMigration> underWay) {}

    /** @param suspendAfter when it takes longer, the guest is suspended, so that it ends */
    public record Request(
            Migrations.Order order, HostName target, Optional<Duration> suspendAfter, String requestedBy) {}

    /** What became of a request. */
    public sealed interface Outcome {

        record Started(OutgoingMigration migration) implements Outcome {}

        /** To the same target; nothing was started. */
        record UnderWay(OutgoingMigration migration) implements Outcome {}

        record Refused(List<String> reasons) implements Outcome {}
    }

    public OutgoingMigrations(Parts parts) {
        this.parts = parts;
    }

    /** Looks afresh, and reads the volumes' types again. Blocks as long as libvirt and LVM take. */
    public List<Check> check(Collection<DomainUuid> domains) {
        parts.watch().look();
        parts.lanes().refresh();
        Collection<DomainUuid> wanted = domains.isEmpty()
                ? parts.watch().domains().stream().map(DomainReading::uuid).toList()
                : domains;
        return wanted.stream().map(this::checked).toList();
    }

    private Check checked(DomainUuid domain) {
        AgentState now = parts.state().get();
        Set<Volume> volumes = now.claimsOf(domain).map(c -> c.modes().keySet()).orElse(Set.of());
        String name = name(domain, now);
        SortedSet<VgName> groups = volumes.stream().map(Volume::vg).collect(Collectors.toCollection(TreeSet::new));
        List<String> refusals = MigrationRules.atSource(new MigrationRules.Source(
                parts.host(),
                name,
                parts.watch().fresh(domain),
                now.handoverOf(domain).map(OpenHandover::id),
                parts.policy().of(domain, name, groups),
                volumes.stream().map(this::info).toList()));
        return new Check(domain, name, refusals, groups, underWay(domain, name));
    }

    /** A volume that is in no metadata any more cannot be shared either. */
    private VolumeInfo info(Volume volume) {
        return parts.lanes().table().info(volume).orElseGet(() -> new VolumeInfo(volume, false, "unknown"));
    }

    private String name(DomainUuid domain, AgentState now) {
        return parts.watch()
                .domain(domain)
                .map(DomainReading::name)
                .or(() -> now.claimsOf(domain).map(DomainClaims::name))
                .orElseGet(domain::toString);
    }

    private Optional<OutgoingMigration> underWay(DomainUuid domain, String name) {
        boolean shown = parts.watch().fresh(domain) == OwnDomain.OUTGOING;
        synchronized (known) {
            return Optional.ofNullable(known.get(domain))
                    // Libvirt's word that it goes on is newer than a connection that was lost.
                    .map(m ->
                            shown && m.ending().filter(OutgoingMigrations::lost).isPresent() ? m.again() : m)
                    .filter(OutgoingMigration::underWay)
                    .or(() -> shown ? Optional.of(OutgoingMigration.seen(domain, name)) : Optional.empty());
        }
    }

    private static boolean lost(OutgoingMigration.Ending ending) {
        return ending.how() instanceof Migrations.Ended.Unknown;
    }

    /** Checks, and starts it in the background. */
    public Outcome start(Request request) {
        DomainUuid domain = request.order().domain();
        Check check = check(List.of(domain)).getFirst();
        OutgoingMigration begun;
        synchronized (known) {
            Optional<OutgoingMigration> before = underWay(domain, check.name());
            if (before.isPresent()) {
                return attached(before.get(), request);
            }
            List<String> reasons = new ArrayList<>(check.refusals());
            long others =
                    known.values().stream().filter(OutgoingMigration::underWay).count();
            if (others >= Migrations.AT_ONCE) {
                reasons.add(others + " migrations away from " + parts.host()
                        + " are under way, and more are not started at once: try again when one has ended");
            }
            if (!reasons.isEmpty()) {
                return new Outcome.Refused(reasons);
            }
            begun = OutgoingMigration.started(
                    domain, check.name(), new OutgoingMigration.Start(request.target(), request.requestedBy(), now()));
            known.put(domain, begun);
        }
        parts.background().execute(() -> migrate(request.order(), begun));
        request.suspendAfter().ifPresent(time -> parts.later().accept(time, () -> suspend(begun)));
        return new Outcome.Started(begun);
    }

    private static Outcome attached(OutgoingMigration before, Request request) {
        Optional<HostName> target = before.start().map(OutgoingMigration.Start::target);
        return target.filter(t -> !t.equals(request.target())).isPresent()
                ? new Outcome.Refused(List.of("it is migrating to " + target.get()
                        + " already; wait until that ends, or have it cancelled: virsh domjobabort " + before.name()))
                : new Outcome.UnderWay(before);
    }

    private void migrate(Migrations.Order order, OutgoingMigration migration) {
        Migrations.Ended how;
        try {
            how = parts.platform().migrations().migrate(order);
        } catch (RuntimeException e) {
            LOG.error("a migration ended by an error of the agent itself", e);
            how = new Migrations.Ended.Unknown("an error of the agent itself: " + e);
        }
        LOG.infof("migration of domain %s to %s: %s", migration.name(), order.uri(), how);
        synchronized (known) {
            known.put(order.domain(), migration.ended(how, now()));
        }
        parts.looked().run();
    }

    /** What cannot keep up with a guest that writes ends when the guest stands still; libvirt resumes it on the target. */
    private void suspend(OutgoingMigration migration) {
        boolean same;
        synchronized (known) {
            same = migration.equals(known.get(migration.domain()));
        }
        if (same && parts.platform().migrations().copied(migration.domain()).isPresent()) {
            boolean suspended = parts.platform().hypervisor().suspend(migration.domain());
            LOG.infof(
                    "migration of domain %s takes long: suspending the guest %s",
                    migration.name(), suspended ? "so that it ends" : "failed");
        }
    }

    /** At most one for each domain. Asks libvirt how far those are that are under way. */
    public List<OutgoingMigration> list() {
        Map<DomainUuid, OutgoingMigration> all = new TreeMap<>();
        synchronized (known) {
            Instant oldest = now().minus(REMEMBERED);
            known.values()
                    .removeIf(
                            m -> m.ending().filter(e -> e.at().isBefore(oldest)).isPresent());
            all.putAll(known);
        }
        for (DomainReading reading : parts.watch().domains()) {
            underWay(reading.uuid(), reading.name()).ifPresent(m -> all.put(reading.uuid(), m));
        }
        return all.values().stream()
                .map(m -> m.underWay() ? m.with(parts.platform().migrations().copied(m.domain())) : m)
                .toList();
    }

    /** @return whether libvirt said that it cancels it */
    public boolean abort(DomainUuid domain) {
        return parts.platform().migrations().abort(domain);
    }

    private Instant now() {
        return parts.clock().instant();
    }
}
