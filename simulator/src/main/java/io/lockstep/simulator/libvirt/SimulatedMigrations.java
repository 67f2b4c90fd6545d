package io.lockstep.simulator.libvirt;

import io.lockstep.core.domain.DomainJob;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.port.Migrations;
import java.net.URI;
import java.util.Optional;
import java.util.function.Function;

/** The migrations that an agent starts on one simulated host. They are libvirt's own, so everything can happen to them that can to those. */
public final class SimulatedMigrations implements Migrations {

    private final Libvirtd libvirtd;
    private final Function<HostName, Optional<Libvirtd>> hosts;

    /** @param hosts whom the daemon of this host reaches by the host's name in a URI */
    public SimulatedMigrations(Libvirtd libvirtd, Function<HostName, Optional<Libvirtd>> hosts) {
        this.libvirtd = libvirtd;
        this.hosts = hosts;
    }

    @Override
    public Ended migrate(Order order) {
        Optional<Domain> domain = libvirtd.domain(order.domain());
        Optional<Libvirtd> target = target(order.uri());
        if (domain.isEmpty()) {
            return new Ended.Failed("Domain not found: no domain with matching uuid '" + order.domain() + "'");
        }
        if (target.isEmpty()) {
            return new Ended.Failed("unable to connect to server at '" + order.uri() + "': Name or service not known");
        }
        MigrationOptions options = MigrationOptions.live().peerToPeer();
        boolean defined = libvirtd.cluster().look(() -> domain.get().persistent != null);
        if (!defined || !order.persistent()) {
            options.transientOnTarget();
        }
        if (defined && order.undefineSource()) {
            options.undefineSource();
        }
        libvirtd.befalls(options);
        try {
            new Migration(domain.get().name, libvirtd, target.get(), options).run();
            return new Ended.Moved();
        } catch (LibvirtException.Gone e) {
            return new Ended.Unknown(e.words());
        } catch (LibvirtException e) {
            return new Ended.Failed(e.words());
        }
    }

    private Optional<Libvirtd> target(String uri) {
        try {
            return Optional.ofNullable(URI.create(uri).getHost())
                    .map(HostName::new)
                    .flatMap(hosts);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    @Override
    public Optional<Copied> copied(DomainUuid domain) {
        return libvirtd.domain(domain)
                .filter(d -> libvirtd.cluster().look(() -> d.job == DomainJob.OUTGOING_MIGRATION))
                .map(d -> libvirtd.cluster().look(() -> d.copied));
    }

    @Override
    public boolean abort(DomainUuid domain) {
        return libvirtd.domain(domain)
                .filter(d -> libvirtd.virsh().domjobabort(d.name).ok())
                .isPresent();
    }
}
