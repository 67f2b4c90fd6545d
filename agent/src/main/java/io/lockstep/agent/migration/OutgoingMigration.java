package io.lockstep.agent.migration;

import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.port.Migrations.Copied;
import io.lockstep.core.port.Migrations.Ended;
import java.time.Instant;
import java.util.Optional;

/**
 * A migration away from this host.
 *
 * @param start empty when somebody else started it
 * @param ending empty while it is under way
 * @param copied empty when libvirt does not say
 */
public record OutgoingMigration(
        DomainUuid domain, String name, Optional<Start> start, Optional<Ending> ending, Optional<Copied> copied) {

    /** By whom, when and where to it was started here. */
    public record Start(HostName target, String requestedBy, Instant at) {}

    /** How and when it ended. */
    public record Ending(Ended how, Instant at) {}

    static OutgoingMigration started(DomainUuid domain, String name, Start start) {
        return new OutgoingMigration(domain, name, Optional.of(start), Optional.empty(), Optional.empty());
    }

    /** One that libvirt shows and that nobody started here. */
    static OutgoingMigration seen(DomainUuid domain, String name) {
        return new OutgoingMigration(domain, name, Optional.empty(), Optional.empty(), Optional.empty());
    }

    public boolean underWay() {
        return ending.isEmpty();
    }

    OutgoingMigration ended(Ended how, Instant at) {
        return new OutgoingMigration(domain, name, start, Optional.of(new Ending(how, at)), copied);
    }

    OutgoingMigration again() {
        return new OutgoingMigration(domain, name, start, Optional.empty(), copied);
    }

    OutgoingMigration with(Optional<Copied> now) {
        return new OutgoingMigration(domain, name, start, ending, now);
    }
}
