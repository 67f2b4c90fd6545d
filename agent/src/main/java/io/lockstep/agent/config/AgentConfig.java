package io.lockstep.agent.config;

import io.lockstep.agent.claim.Policy;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The agent's settings, {@code lockstep.*} in application.yaml, /etc/lockstep/agent.yaml or the environment. */
@ConfigMapping(prefix = "lockstep")
public interface AgentConfig {

    /** This host's name in Lockstep; its own host name when not set. */
    Optional<String> host();

    /** Where controllers reach this agent's gRPC: HOST:PORT. The host's name and the HTTP port when not set. */
    Optional<String> endpoint();

    /** Controllers in the order in which they are tried, each HOST:PORT. Without one there is no live migration. */
    Optional<List<String>> controllers();

    /** Where other hosts' libvirt reaches this host's, for migrations that lockstepctl starts: qemu+ssh://HOST/system when not set. */
    Optional<String> migrateUri();

    /** Claims, reservations, open handovers and epochs. */
    @WithDefault("/var/lib/lockstep/agent.json")
    Path stateFile();

    /** enforce, observe or off, unless a volume group or a domain says otherwise. */
    @WithDefault("enforce")
    String enforcement();

    /** The same for volume groups, by name. */
    Map<String, String> enforcementOfGroup();

    /** The same for domains, by UUID or name. */
    Map<String, String> enforcementOfDomain();

    /** What is wanted at a hook operation: exclusive, shared, unlock or none, by the operation's name. */
    Map<String, String> actions();

    /** How the {@code prepare} of an incoming migration is known: by the token in its metadata, or as the first one. */
    @WithDefault("token")
    Policy.IncomingPrepare incomingPrepare();

    /** Multiplies every deadline of a hook's answer. The hook program's own deadline must be scaled with it. */
    @WithDefault("1.0")
    double deadlineScale();

    /** How long an allowed incoming migration may take until its {@code prepare}. */
    @WithDefault("120s")
    Duration reservation();

    /** How often the host is looked at without a reason. */
    @WithDefault("2s")
    Duration every();

    /** How long after a look at libvirt the next one counts as another: nothing is given up or taken back on one look. */
    @WithDefault("500ms")
    Duration lookGap();

    /** How long after an event of libvirt the look follows, unless a handover is open: the hook of that event goes first. */
    @WithDefault("500ms")
    Duration eventDelay();

    /** How often this host tells the controllers where it is. */
    @WithDefault("5s")
    Duration registerEvery();

    /** How often the names of all volumes are read again without a reason. */
    @WithDefault("10m")
    Duration rereading();

    /** How long an unclaimed lock of ours is left when nobody said that its domain is gone. */
    @WithDefault("10s")
    Duration grace();

    /** How long a state may last in a healthy migration before a person should look. */
    @WithDefault("30m")
    Duration lasting();

    /** How long systemd, and with it libvirt, is let wait for the lockspaces when the agent starts. */
    @WithDefault("60s")
    Duration lockspacesWithin();

    /** Where {@code lockstepctl bypass} puts its files, which the hook reads; here they are read for the record of manual actions. */
    @WithDefault("/etc/lockstep/bypass.d")
    Path bypassDir();

    /** Where this host's lock manager and hypervisor come from. */
    PlatformConfig platform();

    /** See {@link AgentConfig#platform}. */
    interface PlatformConfig {

        /** The platform's name. */
        @WithDefault("lvm")
        String name();

        /** A jar that has it, when the agent itself does not. */
        Optional<Path> jar();

        /** Whatever the platform wants to know. */
        Map<String, String> options();
    }
}
