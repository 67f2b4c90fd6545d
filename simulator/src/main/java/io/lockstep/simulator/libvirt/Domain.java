package io.lockstep.simulator.libvirt;

import io.lockstep.core.domain.DomainJob;
import io.lockstep.core.domain.DomainReading;
import io.lockstep.core.domain.DomainState;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.port.Migrations;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A domain as one host's libvirt knows it. Guarded by the cluster's lock. */
final class Domain {

    /** How far an outgoing migration got; it decides what the daemon does when it comes back. */
    enum Outgoing {
        NONE,
        /** Memory is being copied: cancelled, and the guest goes on. */
        PERFORMING,
        /** The target was told to run it: the guest stays paused here, whatever became of it there. */
        PERFORMED
    }

    final String name;
    final DomainUuid uuid;

    @Nullable
    String persistent;

    @Nullable
    String managedSave;

    boolean autostart;

    DomainState state = DomainState.shutOff("unknown");
    DomainJob job = DomainJob.NONE;
    Outgoing outgoing = Outgoing.NONE;
    /** Of the outgoing migration. */
    Migrations.Copied copied = new Migrations.Copied(0, 0, 0);
    /** Somebody asked for the outgoing migration to be cancelled. */
    boolean aborted;

    /** An incoming migration that has not been finished. */
    boolean incoming;

    String live = "";

    /** What its incoming migration was sent, without what a hook made of it: that becomes its definition when it has arrived. */
    String sent = "";

    @Nullable
    Qemu qemu;
    /** The guest lets go of no disk. */
    boolean keepsDisks;

    /** Targets that the guest was asked to let go of and has not. */
    final Set<String> unplugging = new TreeSet<>();

    /** A hook runs: whoever asks about this domain waits. */
    boolean locked;
    /** The API call that changes it, in libvirt's own word. */
    @Nullable
    String operation;

    Domain(String name, DomainUuid uuid) {
        this.name = name;
        this.uuid = uuid;
    }

    boolean active() {
        return state.active();
    }

    boolean cpusRun() {
        return qemu != null && state.lifecycle() == DomainState.Lifecycle.RUNNING;
    }

    /** As the daemon knows it after it was killed: guests live on, calls in progress are forgotten. */
    Domain afterDaemonDied() {
        Domain next = new Domain(name, uuid);
        next.persistent = persistent;
        next.managedSave = managedSave;
        next.autostart = autostart;
        boolean started = qemu != null || operation == null;
        next.state = started ? state : DomainState.shutOff("failed");
        next.job = next.state.active() ? job : DomainJob.NONE;
        next.outgoing = outgoing;
        next.incoming = next.state.active() && incoming;
        next.live = live;
        next.sent = sent;
        next.qemu = qemu;
        next.keepsDisks = keepsDisks;
        next.unplugging.addAll(unplugging);
        return next;
    }

    /** As the daemon knows it after the host has booted. */
    Domain afterPowerCut() {
        Domain next = new Domain(name, uuid);
        next.persistent = persistent;
        next.managedSave = managedSave;
        next.autostart = autostart;
        return next;
    }

    DomainReading reading() {
        return new DomainReading(uuid, name, state, job, live);
    }
}
