package io.lockstep.libvirt;

import io.lockstep.core.domain.DomainJob;
import io.lockstep.core.domain.DomainReading;
import io.lockstep.core.domain.DomainState;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.libvirt.nativeapi.Connection;
import io.lockstep.libvirt.nativeapi.Domain;
import io.lockstep.libvirt.nativeapi.LibvirtException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One look at all active domains.
 *
 * <p>A domain that ends meanwhile is left out. Any other error ends the look: who is left out counts as absent, and an error does
 * not prove that.
 */
final class Look {

    static final String LISTING = "listing domains";

    /** libvirt has no call for all of it at once, so a domain that changes meanwhile is read again. */
    private static final int ATTEMPTS = 3;

    private Look() {}

    static List<DomainReading> at(Connection connection, Lane.Progress progress)
            throws LibvirtException, GivenUpException {
        progress.step(LISTING);
        List<Domain> domains = connection.activeDomains();
        try {
            List<DomainReading> readings = new ArrayList<>();
            for (Domain domain : domains) {
                progress.step("reading domain " + domain.name());
                reading(domain).ifPresent(readings::add);
            }
            return readings;
        } finally {
            domains.forEach(Domain::close);
        }
    }

    static Optional<DomainReading> reading(Domain domain) throws LibvirtException {
        try {
            DomainState before = DomainStates.of(domain.state());
            for (int attempt = 1; before.active(); attempt++) {
                DomainJob job = job(domain);
                String xml = domain.xml();
                DomainState after = DomainStates.of(domain.state());
                if (after.equals(before) || (attempt == ATTEMPTS && after.active())) {
                    return Optional.of(new DomainReading(DomainUuid.of(domain.uuid()), domain.name(), after, job, xml));
                }
                before = after;
            }
            return Optional.empty();
        } catch (LibvirtException e) {
            if (e.noDomain()) {
                return Optional.empty();
            }
            throw e.about("domain " + domain.name());
        }
    }

    private static DomainJob job(Domain domain) throws LibvirtException {
        try {
            return DomainStates.of(domain.job());
        } catch (LibvirtException e) {
            if (e.unsupported()) {
                // Also on the target of a migration: "migration statistics are available only on the source host".
                return DomainJob.NONE;
            }
            if (e.invalidNow()) {
                // It was active a moment ago; the state that is read next decides.
                return DomainJob.OTHER;
            }
            throw e;
        }
    }
}
