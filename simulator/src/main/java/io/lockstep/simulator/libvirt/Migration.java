package io.lockstep.simulator.libvirt;

import io.lockstep.core.domain.DomainJob;
import io.lockstep.core.domain.DomainState;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.port.Migrations;
import io.lockstep.simulator.hook.HookResult;
import io.lockstep.simulator.libvirt.LibvirtException.Gone;
import io.lockstep.simulator.time.ClusterLock;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One migration, step by step as libvirt makes it: Begin on the source, Prepare on the target (every one of its hooks fires
 * here, before any memory is copied), Perform on the source, Finish on the target, Confirm on the source.
 *
 * <p>After every step, and all the time while memory is copied, it looks at whatever can have died.
 */
public final class Migration {

    private static final Duration SLICE = Duration.ofMillis(200);
    private static final String BUSY = "Timed out during operation: cannot acquire state change lock"
            + " (held by monitor=remoteDispatchDomainMigratePerform3Params)";
    /** What every simulated guest has to be copied: 1 GiB. */
    private static final long MEMORY = 1L << 30;

    private static final DomainState HALTED = DomainState.paused("migrating");

    private final String name;
    private final Libvirtd source;
    private final Libvirtd target;
    private final MigrationOptions options;
    private final ClusterLock cluster;
    private final Domain moving;
    private final int sourceLife;
    private int targetLife;
    private Duration copiedFor = Duration.ZERO;
    private @Nullable Domain arrived;
    private DomainState before = DomainState.running("booted");
    private boolean clientGone;
    private boolean finishLost;
    private boolean confirmLost;
    private boolean postCopyFails;
    private boolean postCopyTargetRuns;

    Migration(String name, Libvirtd source, Libvirtd target, MigrationOptions options) throws LibvirtException {
        this.name = name;
        this.source = source;
        this.target = target;
        this.options = options;
        this.cluster = source.cluster();
        this.sourceLife = source.connect();
        this.moving =
                source.domain(name).orElseThrow(() -> new LibvirtException("failed to get domain '" + name + "'"));
    }

    // What can happen on the way

    /** Cancelled as by {@code virsh domjobabort}. */
    public void abort() {
        cluster.change(() -> moving.aborted = true);
    }

    /** The client that drives it is gone; peer-to-peer goes on without it. */
    public void killClient() {
        cluster.change(() -> clientGone = true);
    }

    /** The answer to Finish will be lost: the target runs the guest, and the source resumes it. */
    public void loseFinish() {
        cluster.change(() -> finishLost = true);
    }

    /** Confirm will never come: the source keeps the guest paused, left over. */
    public void loseConfirm() {
        cluster.change(() -> confirmLost = true);
    }

    /** @param targetRuns whether the guest goes on there until it needs memory that never came */
    public void failPostCopy(boolean targetRuns) {
        cluster.change(() -> {
            postCopyFails = true;
            postCopyTargetRuns = targetRuns;
        });
    }

    // The steps

    void run() throws LibvirtException {
        if (!target.reachable()) {
            throw new LibvirtException(
                    "unable to connect to server at '" + target.host() + ":16509': Connection refused");
        }
        targetLife = target.life();
        if (options.isOffline()) {
            offline();
            return;
        }
        String xml = begin();
        reach(MigrationPhase.BEGUN);
        try {
            prepare(xml);
        } catch (Gone e) {
            resumeSource();
            source.requireLife(sourceLife);
            throw new LibvirtException("internal error: client socket is closed");
        } catch (LibvirtException e) {
            resumeSource();
            throw e;
        }
        if (options.isPostCopy()) {
            performPostCopy();
        } else {
            perform();
        }
        finish();
        confirm();
        reach(MigrationPhase.CONFIRMED);
    }

    private void reach(MigrationPhase phase) {
        cluster.requireFree();
        options.step(phase).accept(this);
    }

    private void offline() throws LibvirtException {
        @Nullable String persistent = cluster.look(() -> moving.persistent);
        if (persistent == null || cluster.look(moving::active)) {
            throw new LibvirtException(
                    "Requested operation is not valid: cannot perform offline migration of this domain");
        }
        String sent = options.replacementXml().orElse(persistent);
        // Unlike a live one, it keeps what the hook printed.
        String admitted = admit(sent).text();
        cluster.change(() -> {
            Domain defined = target.domain(name).orElseGet(() -> new Domain(name, moving.uuid));
            defined.persistent = GuestXml.withoutId(admitted);
            target.add(defined);
            if (options.undefinesSource()) {
                moving.persistent = null;
                source.forget(moving);
            }
        });
        target.changed();
        source.changed();
    }

    private String begin() throws LibvirtException {
        source.call(moving, "remoteDispatchDomainMigrateBegin3Params", sourceLife, (d, life) -> {
            if (!d.active()) {
                throw new LibvirtException("Requested operation is not valid: domain is not running");
            }
            if (d.job != DomainJob.NONE) {
                throw new LibvirtException(BUSY);
            }
            cluster.change(() -> {
                before = d.state;
                d.job = DomainJob.OUTGOING_MIGRATION;
                d.outgoing = Domain.Outgoing.PERFORMING;
                d.aborted = false;
                d.copied = new Migrations.Copied(MEMORY, 0, MEMORY);
            });
        });
        return options.replacementXml().orElseGet(() -> cluster.look(() -> GuestXml.withoutId(moving.live)));
    }

    /** The target's {@code migrate} hook, before any domain exists there; what it prints replaces the XML. */
    private GuestXml admit(String xml) throws LibvirtException {
        GuestXml sent = GuestXml.parse(xml);
        HookResult result = target.hooks().call(name, "migrate", "begin", "-", xml, targetLife);
        Hooks.requireAllowed(result, name, "migrate");
        if (result.stdout().isBlank()) {
            return sent;
        }
        GuestXml replaced = GuestXml.parse(result.stdout());
        sent.requireSameGuest(replaced);
        return replaced;
    }

    private void prepare(String xml) throws LibvirtException {
        GuestXml admitted = admit(xml);
        reach(MigrationPhase.ADMITTED);
        source.requireLife(sourceLife);
        if (cluster.look(() -> clientGone) && !options.isPeerToPeer()) {
            throw new LibvirtException("client is gone");
        }
        target.requireLife(targetLife);
        Domain incoming = cluster.changing(() -> {
            Domain known = target.domain(name).orElseGet(() -> new Domain(name, moving.uuid));
            target.add(known);
            return known;
        });
        if (!incoming.uuid.equals(moving.uuid) || cluster.look(incoming::active)) {
            throw new LibvirtException("Requested operation is not valid: domain is already active as '" + name + "'");
        }
        arrived = incoming;
        target.call(incoming, "remoteDispatchDomainMigratePrepare3Params", targetLife, (d, life) -> {
            cluster.change(() -> {
                d.incoming = true;
                d.sent = xml;
            });
            target.guests().launch(d, admitted, HALTED, life);
        });
    }

    private void perform() throws LibvirtException {
        reach(MigrationPhase.COPYING);
        copy(options.copyingTakes());
        cluster.change(() -> moving.state = HALTED);
        source.changed();
        reach(MigrationPhase.COPIED);
        requireEverybody();
    }

    private void copy(Duration takes) throws LibvirtException {
        requireEverybody();
        for (Duration left = takes; left.isPositive(); left = left.minus(SLICE)) {
            cluster.pass(SLICE);
            progress();
            requireEverybody();
        }
    }

    private void progress() {
        copiedFor = copiedFor.plus(SLICE);
        long copied = Math.min(
                MEMORY,
                MEMORY
                        * copiedFor.toMillis()
                        / Math.max(1, options.copyingTakes().toMillis()));
        cluster.change(() -> moving.copied = new Migrations.Copied(MEMORY, copied, MEMORY - copied));
    }

    private void performPostCopy() throws LibvirtException {
        reach(MigrationPhase.COPYING);
        Duration half = options.copyingTakes().dividedBy(2);
        copy(half);
        cluster.change(() -> {
            moving.state = DomainState.paused("post-copy");
            arrived().incoming = false;
            arrived().state = DomainState.running("post-copy");
        });
        source.changed();
        target.changed();
        reach(MigrationPhase.POST_COPY);
        for (Duration left = half; ; left = left.minus(SLICE)) {
            requirePostCopy();
            if (!left.isPositive()) {
                return;
            }
            cluster.pass(SLICE);
            progress();
        }
    }

    private void requirePostCopy() throws LibvirtException {
        boolean failed = cluster.look(() -> postCopyFails || moving.aborted || arrived().qemu == null)
                || source.life() != sourceLife
                || target.life() != targetLife;
        if (!failed) {
            return;
        }
        cluster.change(() -> {
            DomainState paused = DomainState.paused("post-copy failed");
            source.domain(name).filter(d -> d.qemu != null).ifPresent(d -> d.state = paused);
            target.domain(name)
                    .filter(d -> d.qemu != null)
                    .ifPresent(d -> d.state = postCopyTargetRuns ? DomainState.running("post-copy failed") : paused);
        });
        source.changed();
        target.changed();
        throw new LibvirtException("operation failed: job 'migration out' failed in post-copy phase");
    }

    private void finish() {
        cluster.change(() -> {
            boolean paused = options.suspends() || before.lifecycle() == DomainState.Lifecycle.PAUSED;
            moving.outgoing = Domain.Outgoing.PERFORMED;
            moving.state = HALTED;
            Domain there = arrived();
            there.incoming = false;
            there.state = paused ? DomainState.paused("user") : DomainState.running("migrated");
            if (options.isPersistent()) {
                there.persistent = GuestXml.withoutId(there.sent);
            }
        });
        source.changed();
        target.changed();
        reach(MigrationPhase.FINISHED);
    }

    private void confirm() throws LibvirtException {
        source.requireLife(sourceLife);
        if (cluster.look(() -> finishLost)) {
            cluster.change(() -> {
                source.writers().excuse(moving.uuid);
                settleSource(DomainState.running("migration canceled"));
            });
            source.changed();
            throw new LibvirtException("internal error: client socket is closed");
        }
        if (cluster.look(() -> confirmLost || (clientGone && !options.isPeerToPeer()))) {
            cluster.change(() -> settleSource(HALTED));
            source.changed();
            throw new LibvirtException("End of file while reading data: Input/output error");
        }
        leave(moving, source, sourceLife, options.undefinesSource());
    }

    private static void leave(Domain moved, Libvirtd source, int life, boolean undefine) throws LibvirtException {
        source.call(moved, "remoteDispatchDomainMigrateConfirm3Params", life, (d, l) -> {
            source.guests().stop(d, "migrated", l);
            if (undefine) {
                source.cluster().change(() -> {
                    d.persistent = null;
                    source.forget(d);
                });
            }
        });
    }

    // What is done when something died

    private void requireEverybody() throws LibvirtException {
        if (source.life() != sourceLife) {
            cancelTarget("destroyed");
            throw new Gone();
        }
        if (cluster.look(() -> clientGone) && !options.isPeerToPeer()) {
            cancelTarget("destroyed");
            resumeSource();
            throw new LibvirtException("End of file while reading data: Input/output error");
        }
        if (cluster.look(() -> moving.qemu == null)) {
            cancelTarget("failed");
            throw new LibvirtException("operation failed: domain is not running");
        }
        if (cluster.look(() -> moving.aborted)) {
            cancelTarget("failed");
            resumeSource();
            throw new LibvirtException("operation aborted: job 'migration out' canceled by client");
        }
        if (target.life() != targetLife) {
            resumeSource();
            throw new LibvirtException("internal error: client socket is closed");
        }
        if (cluster.look(() -> arrived().qemu == null)) {
            resumeSource();
            throw new LibvirtException("operation failed: migration failed. Message from the source host: operation"
                    + " failed: job 'migration out' failed: Unable to read from socket: Connection reset by peer."
                    + " Message from the destination host: internal error: QEMU unexpectedly closed the monitor (vm='"
                    + name + "')");
        }
    }

    private void cancelTarget(String reason) throws LibvirtException {
        Domain incoming = arrived;
        if (incoming != null && target.life() == targetLife && cluster.look(() -> incoming.qemu != null)) {
            try {
                target.call(
                        incoming,
                        "remoteDispatchDomainMigrateFinish3Params",
                        targetLife,
                        (d, life) -> target.guests().stop(d, reason, life));
            } catch (Gone e) {
                // The target died in its turn: nothing is left to cancel.
            }
        }
    }

    private void resumeSource() {
        if (source.life() != sourceLife) {
            return;
        }
        cluster.change(() -> {
            boolean halted = moving.qemu != null && moving.state.equals(HALTED);
            boolean ran = before.lifecycle() == DomainState.Lifecycle.RUNNING;
            settleSource(halted ? (ran ? DomainState.running("migration canceled") : before) : moving.state);
        });
        source.changed();
    }

    private void settleSource(DomainState state) {
        moving.state = state;
        moving.job = DomainJob.NONE;
        moving.outgoing = Domain.Outgoing.NONE;
    }

    private Domain arrived() {
        if (arrived == null) {
            throw new IllegalStateException(name + " has not arrived yet");
        }
        return arrived;
    }

    static void resumePostCopy(String name, Libvirtd source, Libvirtd target) throws LibvirtException {
        int life = source.connect();
        target.connect();
        ClusterLock cluster = source.cluster();
        Optional<Domain> there = failed(target, name);
        Optional<Domain> here = failed(source, name);
        if (there.isEmpty() || here.isEmpty()) {
            throw new LibvirtException("Requested operation is not valid: no failed post-copy migration to recover");
        }
        cluster.change(() -> {
            Domain domain = there.get();
            domain.state = DomainState.running("migrated");
            domain.persistent = GuestXml.withoutId(domain.sent);
        });
        target.changed();
        leave(here.get(), source, life, false);
    }

    private static Optional<Domain> failed(Libvirtd host, String name) {
        return host.domain(name)
                .filter(d -> host.cluster().look(() -> d.state.reason().equals("post-copy failed")));
    }

    /** The domain that moves. */
    public DomainUuid domain() {
        return moving.uuid;
    }
}
