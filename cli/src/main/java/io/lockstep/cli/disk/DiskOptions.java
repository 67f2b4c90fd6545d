package io.lockstep.cli.disk;

import io.lockstep.cli.ReasonOption;
import io.lockstep.cli.connection.Cluster;
import io.lockstep.cli.host.Place;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.volume.VolumeName;
import io.lockstep.proto.v1.Volume;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What attaching and detaching have in common: which domain, where, for how long, and why. */
public final class DiskOptions {

    @Parameters(index = "0", paramLabel = "DOMAIN", description = "The domain that runs, by name or UUID.")
    private String domain;

    @Option(
            names = "--host",
            paramLabel = "HOST",
            description = "The host that runs it. Unless given, the one on which the domain is active.")
    private Optional<HostName> host;

    @Option(names = "--persistent", description = "Change what the domain has after its next start, too.")
    private boolean persistent;

    @Mixin
    private ReasonOption reason;

    boolean hostNamed() {
        return host.isPresent();
    }

    boolean persistent() {
        return persistent;
    }

    String reason() {
        return reason.text();
    }

    /** The one host that runs the domain. */
    Place place(Cluster cluster) {
        return Place.of(
                cluster.hosts(),
                host,
                domain,
                "; a domain that is shut off gets or loses a disk with virsh and --config, and its locks when it starts");
    }

    static Volume volume(VolumeName name) {
        return Volume.newBuilder()
                .setVg(name.vg().value())
                .setLv(name.lv().value())
                .build();
    }
}
