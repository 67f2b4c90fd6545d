package io.lockstep.simulator.libvirt;

import io.lockstep.core.domain.DomainJob;
import io.lockstep.core.domain.DomainReading;
import io.lockstep.core.domain.DomainState;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.domain.HypervisorReading;
import io.lockstep.core.volume.VgName;
import io.lockstep.core.volume.Volume;
import io.lockstep.simulator.hook.HookCaller;
import io.lockstep.simulator.libvirt.LibvirtException.Gone;
import io.lockstep.simulator.storage.HostStorage;
import io.lockstep.simulator.time.ClusterLock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The libvirt daemon of one host and the qemu processes that it started. It knows hooks, domains and devices, and nothing of
 * locks.
 *
 * <p>Guarantee: an operation that the death of its daemon or host interrupts calls no further hook.
 */
public final class Libvirtd {

    private static final Duration JOB_LIMIT = Duration.ofSeconds(30);

    private enum Daemon {
        RUNNING,
        /** Reconnecting and autostarting: nobody is answered. */
        STARTING,
        DOWN
    }

    private final HostName host;
    private final ClusterLock cluster;
    private final HostStorage storage;
    private final Writers writers;
    private final Map<String, Domain> domains = new TreeMap<>();
    private final Map<String, String> pools = new TreeMap<>();
    private final List<Runnable> wakes = new CopyOnWriteArrayList<>();
    private final AtomicLong silentReads = new AtomicLong();
    private final Virsh virsh = new Virsh(this);
    private final Hooks hooks;
    private final Guests guests;
    private Daemon daemon = Daemon.RUNNING;
    private boolean autostarted = true;
    private boolean eventsLost;
    private volatile Consumer<MigrationOptions> befalls = options -> {};
    private int life;

    public Libvirtd(HostName host, ClusterLock cluster, HostStorage storage, Writers writers) {
        this.host = host;
        this.cluster = cluster;
        this.storage = storage;
        this.writers = writers;
        this.hooks = new Hooks(this, cluster);
        this.guests = new Guests(this, hooks, cluster, storage);
    }

    public HostName host() {
        return host;
    }

    /** What this host's libvirt calls. */
    public void hooks(HookCaller caller) {
        hooks.use(caller);
    }

    Hooks hooks() {
        return hooks;
    }

    Guests guests() {
        return guests;
    }

    /** A storage pool of type logical. */
    public void pool(String name, VgName vg) {
        cluster.change(() -> pools.put(name, "/dev/" + vg));
    }

    /** While true, nobody is told of anything: events only wake, and may be lost. */
    public void eventsLost(boolean lost) {
        cluster.change(() -> eventsLost = lost);
    }

    /** The virsh of this host. */
    public Virsh virsh() {
        return virsh;
    }

    // What an agent sees

    /** @return what ends it */
    public Runnable onChange(Runnable wake) {
        wakes.add(wake);
        return () -> wakes.remove(wake);
    }

    /** How often libvirt stayed silent; whoever asks while answering a hook makes this grow. */
    public long silentReads() {
        return silentReads.get();
    }

    /** All active domains; waits as long as any domain is locked, since listing needs each one's lock. */
    HypervisorReading read(Duration limit) {
        if (!cluster.await(this::answers, limit)) {
            silentReads.incrementAndGet();
            return new HypervisorReading.Silent(cluster.look(
                    () -> daemon == Daemon.RUNNING ? "libvirt did not answer in time" : "no connection to libvirt"));
        }
        return new HypervisorReading.Seen(cluster.look(() -> domains.values().stream()
                .filter(Domain::active)
                .map(Domain::reading)
                .toList()));
    }

    private boolean answers() {
        return daemon == Daemon.RUNNING && domains.values().stream().noneMatch(d -> d.locked);
    }

    Map<String, String> poolTargets() {
        return cluster.look(() -> daemon == Daemon.RUNNING ? Map.copyOf(pools) : Map.of());
    }

    Optional<String> path(String pool, String volume) {
        return Optional.ofNullable(pools.get(pool)).map(target -> target + "/" + volume);
    }

    /** Tells everybody who listens; never with the lock held. */
    void changed() {
        if (!cluster.look(() -> eventsLost || daemon != Daemon.RUNNING)) {
            wakes.forEach(Runnable::run);
        }
    }

    // For the cluster and for migrations

    ClusterLock cluster() {
        return cluster;
    }

    Writers writers() {
        return writers;
    }

    /** Domains whose guest runs and can write; a stalled disk takes no writes. */
    List<Domain> running() {
        return storage.stalled() || !storage.powered()
                ? List.of()
                : domains.values().stream().filter(Domain::cpusRun).toList();
    }

    /** Whether a domain has a qemu process here; with the lock held. */
    boolean hasProcess(DomainUuid domain) {
        return domains.values().stream().anyMatch(d -> d.qemu != null && d.uuid.equals(domain));
    }

    /** Every domain that has a qemu process, whatever the daemon knows of it. */
    public List<DomainReading> qemuProcesses() {
        return cluster.look(() -> domains.values().stream()
                .filter(d -> d.qemu != null)
                .map(Domain::reading)
                .toList());
    }

    /** Whether no hook runs and no call and no job is in progress. */
    public boolean quiet() {
        return cluster.look(() -> domains.values().stream()
                .noneMatch(d -> d.locked || d.operation != null || d.job != DomainJob.NONE || d.incoming));
    }

    /** What a domain's qemu has open: path, volume and how. */
    public record OpenVolume(Volume volume, boolean readOnly, boolean shareable) {}

    /** The volumes that the qemu of a domain has open. */
    public List<OpenVolume> open(DomainUuid domain) {
        return cluster.look(() -> domains.values().stream()
                .filter(d -> d.uuid.equals(domain))
                .flatMap(d -> d.qemu == null ? Stream.<Qemu.OpenDisk>empty() : d.qemu.disks().stream())
                .flatMap(o -> o.volume().stream()
                        .map(v ->
                                new OpenVolume(v, o.disk().readOnly(), o.disk().shareable())))
                .toList());
    }

    Collection<Domain> domains() {
        return domains.values();
    }

    Optional<Domain> domain(String name) {
        return cluster.look(() -> Optional.ofNullable(domains.get(name)));
    }

    Optional<Domain> domain(DomainUuid uuid) {
        return cluster.look(
                () -> domains.values().stream().filter(d -> d.uuid.equals(uuid)).findFirst());
    }

    /** What happens to every migration that an agent starts here from now on. */
    public void migrationsOfAgents(Consumer<MigrationOptions> befalls) {
        this.befalls = befalls;
    }

    void befalls(MigrationOptions options) {
        befalls.accept(options);
    }

    void add(Domain domain) {
        domains.put(domain.name, domain);
    }

    void forget(Domain domain) {
        domains.remove(domain.name, domain);
    }

    boolean reachable() {
        return cluster.look(() -> daemon == Daemon.RUNNING && storage.powered());
    }

    /** Grows whenever the daemon dies. */
    int life() {
        return cluster.look(() -> life);
    }

    void requireLife(int life) throws Gone {
        if (life() != life) {
            throw new Gone();
        }
    }

    int connect() throws LibvirtException {
        if (!cluster.await(() -> daemon == Daemon.RUNNING, JOB_LIMIT)) {
            throw new LibvirtException("failed to connect to the hypervisor\n"
                    + "Failed to connect socket to '/var/run/libvirt/libvirt-sock': No such file or directory");
        }
        return life();
    }

    /** Whoever asks for one domain waits for its hook; in virtual time that cannot be, and the answer comes at once. */
    void awaitHook(Domain domain) throws LibvirtException {
        if (!cluster.await(() -> !domain.locked, JOB_LIMIT) && !cluster.time().isVirtual()) {
            throw new LibvirtException("Timed out during operation: cannot acquire state change lock");
        }
    }

    // Operations

    /** A call that changes a domain, as long as it lasts. */
    interface Call {
        void on(Domain domain, int life) throws LibvirtException;
    }

    /** Runs a call alone on its domain: others wait, and give up as libvirt does. */
    void call(Domain domain, String operation, int life, Call call) throws LibvirtException {
        if (!cluster.await(() -> claim(domain, operation), JOB_LIMIT)) {
            throw new LibvirtException("Timed out during operation: cannot acquire state change lock (held by monitor="
                    + domain.operation + ")");
        }
        try {
            requireLife(life);
            if (domain(domain.name).filter(d -> d == domain).isEmpty()) {
                throw new LibvirtException("failed to get domain '" + domain.name + "'");
            }
            call.on(domain, life);
        } finally {
            cluster.change(() -> domain.operation = null);
            changed();
        }
    }

    private static boolean claim(Domain domain, String operation) {
        if (domain.operation != null) {
            return false;
        }
        domain.operation = operation;
        return true;
    }

    void call(String name, String operation, Call call) throws LibvirtException {
        int life = connect();
        Domain domain = domain(name).orElseThrow(() -> new LibvirtException("failed to get domain '" + name + "'"));
        call(domain, operation, life, call);
    }

    /** qemu is killed behind libvirt's back: {@code kill -9}. */
    public void killQemu(String name) {
        Optional<Domain> domain = domain(name);
        int now = life();
        boolean noticed = domain.isPresent()
                && cluster.changing(() -> {
                    guests.kill(domain.get());
                    return daemon == Daemon.RUNNING && domain.get().operation == null;
                });
        if (noticed) {
            crashed(domain.get(), now);
        }
    }

    private void crashed(Domain domain, int now) {
        try {
            call(domain, "qemuProcessHandleMonitorEOF", now, (d, life) -> guests.stop(d, "crashed", life));
        } catch (LibvirtException e) {
            // The daemon died meanwhile: it will find out when it comes back.
        }
    }

    /** While true, the guest lets go of no disk that it is asked for; afterwards of all of them. */
    public void guestKeepsDisks(String name, boolean keeps) {
        Domain domain = domain(name).orElseThrow(() -> new IllegalArgumentException("no domain " + name));
        cluster.change(() -> domain.keepsDisks = keeps);
        if (!keeps) {
            try {
                guests.letGo(domain);
            } catch (LibvirtException e) {
                throw new IllegalStateException(e);
            }
            changed();
        }
    }

    // The daemon and the host

    /** {@code kill -9}: guests live on, calls in progress are forgotten, and whoever migrates notices. */
    public void killDaemon() {
        cluster.change(() -> {
            daemon = Daemon.DOWN;
            life++;
            List<Domain> known = new ArrayList<>(domains.values());
            domains.clear();
            known.stream()
                    .map(Domain::afterDaemonDied)
                    .filter(d -> d.active() || d.persistent != null)
                    .forEach(this::add);
        });
    }

    /** The daemon starts: it reconnects to what runs, then autostarts if the host has just booted, then answers. */
    public void startDaemon() {
        int now = cluster.changing(() -> {
            daemon = Daemon.STARTING;
            return life;
        });
        try {
            for (Domain domain : cluster.look(() -> List.copyOf(domains.values()))) {
                if (cluster.look(domain::active)) {
                    reconnect(domain, now);
                }
            }
            if (cluster.changing(this::firstStart)) {
                autostart(now);
            }
        } catch (Gone e) {
            return;
        }
        cluster.change(() -> daemon = daemon == Daemon.STARTING ? Daemon.RUNNING : daemon);
        changed();
        cluster.look(this::deadUnnoticed).forEach(d -> crashed(d, now));
    }

    /** Their qemu has died since the daemon connected to it. */
    private List<Domain> deadUnnoticed() {
        return domains.values().stream()
                .filter(d -> d.active() && d.qemu == null && d.operation == null)
                .toList();
    }

    public void restartDaemon() {
        killDaemon();
        startDaemon();
    }

    private boolean firstStart() {
        boolean first = !autostarted;
        autostarted = true;
        return first;
    }

    private void reconnect(Domain domain, int life) throws Gone {
        if (cluster.look(() -> domain.qemu == null)) {
            guests.stop(domain, "crashed", life);
        } else if (cluster.look(() -> domain.incoming || domain.state.reason().equals("starting up"))) {
            guests.stop(domain, "daemon", life);
        } else if (hooks.call(domain, "reconnect", "begin", "-", life).exit() != 0) {
            guests.stop(domain, "daemon", life);
        } else {
            cluster.change(() -> recover(domain));
        }
    }

    /** A migration that the daemon's death interrupted: cancelled, unless the target may run the guest. */
    private void recover(Domain domain) {
        boolean paused = domain.state.equals(DomainState.paused("migrating"));
        if (domain.outgoing == Domain.Outgoing.PERFORMING && paused) {
            domain.state = DomainState.running("migration canceled");
        }
        domain.outgoing = Domain.Outgoing.NONE;
        domain.job = DomainJob.NONE;
    }

    /** Never retried: what a hook refuses now stays down. */
    private void autostart(int life) throws Gone {
        for (Domain domain : cluster.look(() -> List.copyOf(domains.values()))) {
            @Nullable String persistent = cluster.look(() -> domain.persistent);
            if (cluster.look(() -> domain.autostart && !domain.active()) && persistent != null) {
                try {
                    guests.launch(domain, GuestXml.parse(persistent), DomainState.running("booted"), life);
                } catch (Gone e) {
                    throw e;
                } catch (LibvirtException e) {
                    cluster.requireFree();
                }
            }
        }
    }

    /** Everything that runs is gone, and no hook is called. */
    public void powerCut() {
        cluster.change(() -> {
            daemon = Daemon.DOWN;
            life++;
            autostarted = false;
            List<Domain> known = new ArrayList<>(domains.values());
            domains.clear();
            known.stream()
                    .filter(d -> d.persistent != null)
                    .map(Domain::afterPowerCut)
                    .forEach(this::add);
        });
    }
}
