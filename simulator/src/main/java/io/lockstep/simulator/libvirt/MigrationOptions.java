package io.lockstep.simulator.libvirt;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** The options of one {@code virsh migrate}, and what happens to it on the way. */
public final class MigrationOptions {

    /** How a person starts a migration, as virsh does it: live, persistent, and the source's definition stays. */
    public static MigrationOptions live() {
        return new MigrationOptions();
    }

    private boolean offline;
    private boolean persistent = true;
    private boolean undefineSource;
    private boolean suspend;
    private boolean postCopy;
    private boolean peerToPeer;
    private Optional<String> xml = Optional.empty();
    private Duration copying = Duration.ofSeconds(3);
    private final Map<MigrationPhase, Consumer<Migration>> steps = new EnumMap<>(MigrationPhase.class);

    private MigrationOptions() {}

    /** Only the definition moves; the domain is not running. */
    public MigrationOptions offline() {
        offline = true;
        return this;
    }

    /** The target forgets the domain when it stops. */
    public MigrationOptions transientOnTarget() {
        persistent = false;
        return this;
    }

    public MigrationOptions undefineSource() {
        undefineSource = true;
        return this;
    }

    /** The guest is left paused on the target. */
    public MigrationOptions suspend() {
        suspend = true;
        return this;
    }

    /** {@code --postcopy --postcopy-after-precopy}. */
    public MigrationOptions postCopy() {
        postCopy = true;
        return this;
    }

    /** The source's daemon talks to the target's: the client may go away. */
    public MigrationOptions peerToPeer() {
        peerToPeer = true;
        return this;
    }

    /** {@code --xml}: what the target is given instead of the source's own XML. */
    public MigrationOptions xml(String xml) {
        this.xml = Optional.of(xml);
        return this;
    }

    /** How long copying the memory takes. */
    public MigrationOptions copying(Duration copying) {
        this.copying = copying;
        return this;
    }

    /** Does something at a phase: kill a daemon, cut the power, look around. */
    public MigrationOptions at(MigrationPhase phase, Consumer<Migration> step) {
        steps.merge(phase, step, Consumer::andThen);
        return this;
    }

    public MigrationOptions at(MigrationPhase phase, Runnable step) {
        return at(phase, migration -> step.run());
    }

    boolean isOffline() {
        return offline;
    }

    boolean isPersistent() {
        return persistent;
    }

    boolean undefinesSource() {
        return undefineSource;
    }

    boolean suspends() {
        return suspend;
    }

    boolean isPostCopy() {
        return postCopy;
    }

    boolean isPeerToPeer() {
        return peerToPeer;
    }

    Optional<String> replacementXml() {
        return xml;
    }

    Duration copyingTakes() {
        return copying;
    }

    Consumer<Migration> step(MigrationPhase phase) {
        return steps.getOrDefault(phase, migration -> {});
    }
}
