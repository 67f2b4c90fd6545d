package io.lockstep.libvirt;

import io.lockstep.core.domain.DomainJob;
import io.lockstep.libvirt.nativeapi.Connection;
import io.lockstep.libvirt.nativeapi.Domain;
import io.lockstep.libvirt.nativeapi.LibvirtException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The jobs of domains, asked for on connections of their own: it is the one question of a look for which libvirt may wait for qemu,
 * half a minute when its monitor hangs.
 *
 * <p>Guarantee: a domain whose monitor hangs holds up a look once, and then no other before libvirt has answered.
 */
final class Jobs implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Jobs.class.getName());

    /** So many domains may hang before they hold up the others' answers. */
    private static final int AT_ONCE = 4;

    /** More than any healthy domain needs, and less than a look has. */
    static final Duration LIMIT = Duration.ofSeconds(2);

    private final Lane<Connection> lane;
    private final Duration limit;
    private final Set<String> asked = ConcurrentHashMap.newKeySet();

    Jobs(String uri, Link.Kind<Connection> kind, Duration limit) {
        this.lane = new Lane<>("libvirt-jobs", AT_ONCE, uri, kind);
        this.limit = limit;
    }

    /** @throws NoAnswerException when libvirt does not tell; it may tell of other domains */
    DomainJob of(Domain domain) throws LibvirtException, NoAnswerException {
        String uuid = domain.uuid();
        String doing = "asking for the job of domain " + domain.name();
        if (asked.contains(uuid)) {
            throw new NoAnswerException("libvirt has not answered yet (" + doing + ")", true);
        }
        try {
            return lane.call(doing, limit, (connection, progress) -> {
                asked.add(uuid);
                try (Domain same = connection.domain(uuid)) {
                    return job(same);
                } finally {
                    asked.remove(uuid);
                }
            });
        } catch (LibvirtException e) {
            if (!e.timedOut()) {
                throw e;
            }
            throw told(domain, new NoAnswerException(doing + ": " + e.words(), true));
        } catch (NoAnswerException e) {
            throw told(domain, e);
        }
    }

    private static NoAnswerException told(Domain domain, NoAnswerException silence) {
        LOG.log(System.Logger.Level.WARNING, "domain {0} is unknown: {1}", domain.name(), silence.reason());
        return silence;
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

    @Override
    public void close() {
        lane.close();
    }
}
