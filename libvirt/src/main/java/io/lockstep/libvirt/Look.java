package io.lockstep.libvirt;

import io.lockstep.core.domain.DomainJob;
import io.lockstep.core.domain.DomainReading;
import io.lockstep.core.domain.DomainState;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HypervisorReading;
import io.lockstep.libvirt.nativeapi.Connection;
import io.lockstep.libvirt.nativeapi.Domain;
import io.lockstep.libvirt.nativeapi.LibvirtException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One look at all active domains.
 *
 * <p>A domain that ends meanwhile is left out, and one whose job libvirt does not tell is unknown. Any other error ends the look: who is left out counts as absent, and an error does
 * not prove that.
 */
final class Look {

    static final String LISTING = "listing domains";

    /** libvirt has no call for all of it at once, so a domain that changes meanwhile is read again. */
    private static final int ATTEMPTS = 3;

    private Look() {}

    /** What is asked for the job of a domain. */
    interface Asked {
        DomainJob of(Domain domain) throws LibvirtException, NoAnswerException;
    }

    static HypervisorReading.Seen at(Connection connection, Lane.Progress progress, Asked jobs)
            throws LibvirtException, GivenUpException {
        progress.step(LISTING);
        List<Domain> domains = connection.activeDomains();
        try {
            List<DomainReading> readings = new ArrayList<>();
            Set<DomainUuid> unknown = new HashSet<>();
            for (Domain domain : domains) {
                progress.step("reading domain " + domain.name());
                try {
                    reading(domain, jobs).ifPresent(readings::add);
                } catch (NoAnswerException e) {
                    unknown.add(DomainUuid.of(domain.uuid()));
                }
            }
            return new HypervisorReading.Seen(readings, unknown);
        } finally {
            domains.forEach(Domain::close);
        }
    }

    private static Optional<DomainReading> reading(Domain domain, Asked jobs)
            throws LibvirtException, NoAnswerException {
        try {
            DomainState before = DomainStates.of(domain.state());
            for (int attempt = 1; before.active(); attempt++) {
                DomainJob job = jobs.of(domain);
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
}
