package io.lockstep.simulator.libvirt;

import io.lockstep.core.domain.DomainJob;
import io.lockstep.core.domain.DomainState;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HypervisorReading;
import io.lockstep.simulator.hook.HookResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What a person does to one host's libvirt, answered in virsh's own words. */
public final class Virsh {

    private static final Duration SHUTDOWN = Duration.ofSeconds(1);
    private static final Duration SAVE = Duration.ofSeconds(1);
    private static final Duration LIST_LIMIT = Duration.ofSeconds(30);

    private final Libvirtd libvirtd;
    private final Map<String, String> images = new ConcurrentHashMap<>();

    Virsh(Libvirtd libvirtd) {
        this.libvirtd = libvirtd;
    }

    private interface Body {
        VirshResult run() throws LibvirtException;
    }

    private static VirshResult virsh(Body body) {
        return virsh(null, body);
    }

    private static VirshResult virsh(@Nullable String heading, Body body) {
        try {
            return body.run();
        } catch (LibvirtException e) {
            return failed(heading, e);
        }
    }

    static VirshResult failed(@Nullable String heading, LibvirtException e) {
        boolean separate = e instanceof LibvirtException.Gone || e.words().startsWith("failed to connect");
        List<String> messages = new ArrayList<>();
        if (separate) {
            messages.addAll(e.words().lines().toList());
        } else {
            if (heading != null) {
                messages.add(heading);
            }
            messages.add(e.words());
        }
        return VirshResult.error(messages.toArray(String[]::new));
    }

    public VirshResult define(String text) {
        return virsh("Failed to define domain from XML", () -> {
            libvirtd.connect();
            GuestXml xml = GuestXml.parse(text);
            String name = xml.name();
            DomainUuid uuid = new DomainUuid(xml.uuid());
            Domain known = libvirtd.domain(name).orElse(null);
            if (known != null && !known.uuid.equals(uuid)) {
                throw new LibvirtException(
                        "operation failed: domain '" + name + "' already exists with uuid " + known.uuid);
            }
            libvirtd.cluster().change(() -> {
                Domain domain = known == null ? new Domain(name, uuid) : known;
                domain.persistent = GuestXml.withoutId(xml.text());
                libvirtd.add(domain);
            });
            libvirtd.changed();
            return VirshResult.ok("Domain '" + name + "' defined\n");
        });
    }

    public VirshResult undefine(String name) {
        return virsh(() -> {
            libvirtd.call(
                    name,
                    "remoteDispatchDomainUndefine",
                    (d, life) -> libvirtd.cluster().change(() -> undefine(d)));
            return VirshResult.ok("Domain '" + name + "' has been undefined\n");
        });
    }

    private void undefine(Domain domain) {
        domain.persistent = null;
        if (!domain.active()) {
            libvirtd.forget(domain);
        }
    }

    /** Starts a domain; one with a managed save image is restored from it. */
    public VirshResult start(String name) {
        return virsh("Failed to start domain '" + name + "'", () -> {
            if (libvirtd.domain(name).filter(Domain::active).isPresent()) {
                return VirshResult.error("Domain is already active");
            }
            libvirtd.call(name, "remoteDispatchDomainCreateWithFlags", this::boot);
            return VirshResult.ok("Domain '" + name + "' started\n");
        });
    }

    private void boot(Domain domain, int life) throws LibvirtException {
        if (domain.active()) {
            throw new LibvirtException("Requested operation is not valid: domain is already running");
        }
        @Nullable String saved = domain.managedSave;
        if (saved != null) {
            GuestXml xml = restored(domain.name, saved, life);
            libvirtd.cluster().change(() -> domain.managedSave = null);
            libvirtd.guests().launch(domain, xml, DomainState.running("restored"), life);
            return;
        }
        @Nullable String persistent = domain.persistent;
        if (persistent == null) {
            throw new LibvirtException("Domain not found: no domain with matching name '" + domain.name + "'");
        }
        libvirtd.guests().launch(domain, GuestXml.parse(persistent), DomainState.running("booted"), life);
    }

    /** {@code virsh create}: a transient domain, gone when it stops. */
    public VirshResult create(String text) {
        return virsh("Failed to create domain from XML", () -> {
            int life = libvirtd.connect();
            GuestXml xml = GuestXml.parse(text);
            Domain domain = libvirtd.domain(xml.name()).orElse(null);
            if (domain == null) {
                domain = new Domain(xml.name(), new DomainUuid(xml.uuid()));
                Domain added = domain;
                libvirtd.cluster().change(() -> libvirtd.add(added));
            }
            libvirtd.call(domain, "remoteDispatchDomainCreateXML", life, (d, l) -> {
                if (d.active()) {
                    throw new LibvirtException(
                            "operation failed: domain '" + d.name + "' already exists with uuid " + d.uuid);
                }
                libvirtd.guests().launch(d, xml, DomainState.running("booted"), l);
            });
            return VirshResult.ok("Domain '" + xml.name() + "' created\n");
        });
    }

    public VirshResult destroy(String name) {
        return virsh("Failed to destroy domain '" + name + "'", () -> {
            stop(name, "remoteDispatchDomainDestroy", "destroyed");
            return VirshResult.ok("Domain '" + name + "' destroyed\n");
        });
    }

    /** The guest is asked to shut down, and does. */
    public VirshResult shutdown(String name) {
        return virsh("Failed to shutdown domain '" + name + "'", () -> {
            requireActive(name);
            libvirtd.cluster().pass(SHUTDOWN);
            stop(name, "qemuProcessHandleShutdown", "shutdown");
            return VirshResult.ok("Domain '" + name + "' is being shutdown\n");
        });
    }

    private void stop(String name, String operation, String reason) throws LibvirtException {
        libvirtd.call(name, operation, (d, life) -> {
            requireActive(d);
            libvirtd.guests().stop(d, reason, life);
        });
    }

    private void requireActive(String name) throws LibvirtException {
        libvirtd.connect();
        requireActive(
                libvirtd.domain(name).orElseThrow(() -> new LibvirtException("failed to get domain '" + name + "'")));
    }

    private static void requireActive(Domain domain) throws LibvirtException {
        if (!domain.active()) {
            throw new LibvirtException("Requested operation is not valid: domain is not running");
        }
    }

    /** Suspends a domain. One that is paused already stays as it is, whatever paused it. */
    public VirshResult suspend(String name) {
        return virsh("Failed to suspend domain '" + name + "'", () -> {
            libvirtd.call(name, "remoteDispatchDomainSuspend", (d, life) -> {
                requireActive(d);
                libvirtd.cluster().change(() -> d.state = d.cpusRun() ? DomainState.paused("user") : d.state);
            });
            return VirshResult.ok("Domain '" + name + "' suspended\n");
        });
    }

    /** Resumes a domain. Resuming what a migration left over here is at the person's own risk. */
    public VirshResult resume(String name) {
        return virsh("Failed to resume domain '" + name + "'", () -> {
            libvirtd.call(name, "remoteDispatchDomainResume", (d, life) -> {
                requireActive(d);
                libvirtd.cluster().change(() -> {
                    if (d.state.equals(DomainState.paused("migrating")) && !d.incoming) {
                        libvirtd.writers().excuse(d.uuid);
                    }
                    d.state = DomainState.running("unpaused");
                });
            });
            return VirshResult.ok("Domain '" + name + "' resumed\n");
        });
    }

    public VirshResult save(String name, String file) {
        return virsh("Failed to save domain '" + name + "' to " + file, () -> {
            String xml = saved(name, "remoteDispatchDomainSave");
            images.put(file, xml);
            return VirshResult.ok("Domain '" + name + "' saved to " + file + "\n");
        });
    }

    public VirshResult managedSave(String name) {
        return virsh("Failed to save domain '" + name + "' state", () -> {
            String xml = saved(name, "remoteDispatchDomainManagedSave");
            libvirtd.domain(name).ifPresent(d -> libvirtd.cluster().change(() -> d.managedSave = xml));
            return VirshResult.ok("Domain '" + name + "' state saved by libvirt\n");
        });
    }

    private String saved(String name, String operation) throws LibvirtException {
        List<String> saved = new ArrayList<>();
        libvirtd.call(name, operation, (d, life) -> {
            requireActive(d);
            libvirtd.cluster().change(() -> {
                d.state = DomainState.paused("saving");
                d.job = DomainJob.OTHER;
            });
            libvirtd.cluster().pass(SAVE);
            libvirtd.requireLife(life);
            saved.add(GuestXml.withoutId(d.live));
            libvirtd.guests().stop(d, "saved", life);
        });
        return saved.getFirst();
    }

    public VirshResult restore(String file) {
        return virsh("Failed to restore domain from " + file, () -> {
            @Nullable String saved = images.get(file);
            if (saved == null) {
                throw new LibvirtException("Failed to open file '" + file + "': No such file or directory");
            }
            int life = libvirtd.connect();
            GuestXml xml = restored(GuestXml.parse(saved).name(), saved, life);
            Domain domain = libvirtd.domain(xml.name()).orElse(null);
            if (domain == null) {
                domain = new Domain(xml.name(), new DomainUuid(xml.uuid()));
                Domain added = domain;
                libvirtd.cluster().change(() -> libvirtd.add(added));
            }
            libvirtd.call(domain, "remoteDispatchDomainRestore", life, (d, l) -> {
                if (d.active()) {
                    throw new LibvirtException(
                            "Requested operation is not valid: domain is already active as '" + d.name + "'");
                }
                libvirtd.guests().launch(d, xml, DomainState.running("restored"), l);
            });
            return VirshResult.ok("Domain restored from " + file + "\n");
        });
    }

    /** The restore hook comes first; what it prints is the domain's new XML. */
    private GuestXml restored(String name, String saved, int life) throws LibvirtException {
        HookResult result = libvirtd.hooks().call(name, "restore", "begin", "-", saved, life);
        Hooks.requireAllowed(result, name, "restore");
        return GuestXml.parse(result.stdout().isBlank() ? saved : result.stdout());
    }

    public VirshResult attachDisk(String name, String source, String target) {
        return virsh("Failed to attach disk", () -> {
            libvirtd.call(
                    name,
                    "remoteDispatchDomainAttachDeviceFlags",
                    (d, life) -> libvirtd.guests()
                            .attach(d, GuestDefinition.disk(source, target, false, false, List.of()), false));
            return VirshResult.ok("Disk attached successfully\n");
        });
    }

    public VirshResult detachDisk(String name, String target) {
        return virsh("Failed to detach disk", () -> {
            libvirtd.call(name, "remoteDispatchDomainDetachDeviceFlags", (d, life) -> {
                requireActive(d);
                libvirtd.guests().detach(d, target, false);
            });
            return VirshResult.ok("Disk detached successfully\n");
        });
    }

    /** {@code virsh blockcopy DOMAIN TARGET DESTINATION --blockdev --wait}: from here on qemu writes both. */
    public VirshResult blockCopy(String name, String target, String destination) {
        return virsh(() -> {
            libvirtd.call(name, "remoteDispatchDomainBlockCopy", (d, life) -> {
                requireActive(d);
                libvirtd.guests().blockCopy(d, target, destination);
            });
            return VirshResult.ok("Now in mirroring phase\n");
        });
    }

    /** {@code virsh blockjob DOMAIN TARGET --pivot}, or {@code --abort}. */
    public VirshResult blockJob(String name, String target, boolean pivot) {
        return virsh(() -> {
            libvirtd.call(name, "remoteDispatchDomainBlockJobAbort", (d, life) -> {
                requireActive(d);
                libvirtd.guests().blockJobEnd(d, target, pivot);
            });
            return VirshResult.ok("");
        });
    }

    public VirshResult autostart(String name, boolean autostart) {
        return virsh(() -> {
            libvirtd.call(
                    name,
                    "remoteDispatchDomainSetAutostart",
                    (d, life) -> libvirtd.cluster().change(() -> d.autostart = autostart));
            return VirshResult.ok("Domain '" + name + "' " + (autostart ? "" : "un") + "marked as autostarted\n");
        });
    }

    /** {@code virsh migrate}, to the end or to its failure. */
    public VirshResult migrate(String name, Libvirtd target, MigrationOptions options) {
        return virsh(() -> {
            new Migration(name, libvirtd, target, options).run();
            return VirshResult.ok("");
        });
    }

    /** {@code virsh migrate --postcopy-resume}: a failed post-copy migration is taken up again and ends well. */
    public VirshResult resumePostCopy(String name, Libvirtd target) {
        return virsh(() -> {
            Migration.resumePostCopy(name, libvirtd, target);
            return VirshResult.ok("");
        });
    }

    /** Cancels the migration that is under way. */
    public VirshResult domjobabort(String name) {
        return virsh(() -> {
            requireActive(name);
            boolean aborted = libvirtd.cluster()
                    .changing(() -> libvirtd.domain(name)
                            .filter(d -> d.job == DomainJob.OUTGOING_MIGRATION)
                            .map(d -> d.aborted = true)
                            .orElse(false));
            if (!aborted) {
                throw new LibvirtException("Requested operation is not valid: no job is active on the domain");
            }
            return VirshResult.ok("");
        });
    }

    public VirshResult domstate(String name) {
        return virsh(() -> {
            libvirtd.connect();
            Domain domain = libvirtd.domain(name)
                    .orElseThrow(() -> new LibvirtException("failed to get domain '" + name + "'"));
            libvirtd.awaitHook(domain);
            return VirshResult.ok(libvirtd.cluster().look(() -> domain.state.toString()) + "\n");
        });
    }

    public VirshResult dumpxml(String name) {
        return virsh(() -> {
            libvirtd.connect();
            Domain domain = libvirtd.domain(name)
                    .orElseThrow(() -> new LibvirtException("failed to get domain '" + name + "'"));
            return VirshResult.ok(libvirtd.cluster()
                    .look(() -> domain.active()
                            ? domain.live
                            : Optional.ofNullable(domain.persistent).orElse("")));
        });
    }

    /** {@code virsh list --all}; it waits for every domain that a hook holds. */
    public VirshResult list() {
        return virsh(() -> {
            libvirtd.connect();
            if (libvirtd.read(LIST_LIMIT) instanceof HypervisorReading.Silent silent) {
                throw new LibvirtException(silent.reason());
            }
            StringBuilder out = new StringBuilder(" Id   Name   State\n-----------------------\n");
            libvirtd.cluster().look(() -> {
                for (Domain domain : libvirtd.domains()) {
                    String id = domain.active() ? GuestXml.id(domain.live) : "-";
                    out.append(" %-4s %-6s %s%n"
                            .formatted(id, domain.name, domain.state.lifecycle().words()));
                }
                return true;
            });
            return VirshResult.ok(out.toString());
        });
    }
}
