package io.lockstep.core.port;

import io.lockstep.core.domain.DomainUuid;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Live migrations away from one host, made by libvirt itself: its daemon talks to the target's, and goes on when whoever asked is
 * gone.
 *
 * <p>Nothing here takes or gives a lock: libvirt calls the hooks of both hosts, as it does for everybody.
 */
public interface Migrations {

    /** So many go on at once; one that is asked for beyond that waits for its turn. */
    int AT_ONCE = 8;

    /** Of a host that moves nothing by itself. */
    Migrations NONE = new Migrations() {

        @Override
        public Ended migrate(Order order) {
            return new Ended.Failed("the platform of this host starts no migrations");
        }

        @Override
        public Optional<Copied> copied(DomainUuid domain) {
            return Optional.empty();
        }

        @Override
        public boolean abort(DomainUuid domain) {
            return false;
        }
    };

    /**
     * Which domain, where to, and how.
     *
     * @param uri where the source's daemon reaches the target's, for example {@code qemu+ssh://h2/system}
     * @param persistent the target keeps the definition, when the domain has one here
     * @param undefineSource this host forgets the definition once the domain has moved
     * @param autoConverge the guest is slowed down when it changes its memory faster than that is copied
     * @param bandwidth in MiB/s; empty is libvirt's own limit
     */
    record Order(
            DomainUuid domain,
            String uri,
            boolean persistent,
            boolean undefineSource,
            boolean autoConverge,
            OptionalLong bandwidth) {

        public Order {
            if (uri.isBlank()) {
                throw new IllegalArgumentException("a migration needs the libvirt URI of its target");
            }
            if (bandwidth.isPresent() && bandwidth.getAsLong() <= 0) {
                throw new IllegalArgumentException("a bandwidth is at least 1 MiB/s");
            }
        }
    }

    /** How libvirt says that it ended. */
    sealed interface Ended {

        /** The domain runs on the target. */
        record Moved() implements Ended {}

        /**
         * libvirt says no. Usually the domain goes on here; when the answer to its last step was lost, it may run on both hosts.
         *
         * @param reason libvirt's message, for a person
         */
        record Failed(String reason) implements Ended {}

        /** The connection to libvirt was lost: the migration may go on, and may succeed. */
        record Unknown(String reason) implements Ended {}
    }

    /**
     * What of the memory and of copied disks is on the target, in bytes. A guest that writes makes {@code remaining} grow.
     *
     * @param total of the guest; what is processed may be more
     */
    record Copied(long total, long processed, long remaining) {}

    /** Migrates, and blocks until that has ended: minutes, for a large guest hours. */
    Ended migrate(Order order);

    /** How far a migration away from here is; empty when there is none, or libvirt does not say. */
    Optional<Copied> copied(DomainUuid domain);

    /** Has a domain's migration cancelled, whoever started it. @return whether libvirt said that it does */
    boolean abort(DomainUuid domain);
}
