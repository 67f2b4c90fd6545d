package io.lockstep.libvirt;

import io.lockstep.core.domain.DomainJob;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.port.Migrations;
import io.lockstep.libvirt.nativeapi.Connection;
import io.lockstep.libvirt.nativeapi.Domain;
import io.lockstep.libvirt.nativeapi.LibvirtException;
import io.lockstep.libvirt.nativeapi.Migration;
import io.lockstep.libvirt.nativeapi.NativeLibrary;
import java.time.Duration;
import java.util.Optional;

/**
 * Migrations by libvirt's own peer-to-peer protocol.
 *
 * <p>Guarantees: each migration has a thread and a connection of its own for as long as it takes, so nothing else waits for it; asking
 * how far it is, and having it cancelled, go other ways. When the agent ends, libvirt goes on with what it has begun.
 */
public final class LibvirtMigrations implements Migrations, AutoCloseable {

    /** No migration is given up for the time that it takes; this only bounds the wait. */
    private static final Duration LONGEST = Duration.ofDays(7);

    /** One hanging question is not to hold up the cancelling of another migration. */
    private static final int QUESTIONS_AT_ONCE = 3;

    private final Limits limits;
    private final Lane<Connection> moves;
    private final Lane<Connection> questions;

    /**
     * Connects to nothing yet.
     *
     * @param uri of this host's libvirt
     * @throws io.lockstep.libvirt.nativeapi.LibvirtMissingException when libvirt's C library is not installed
     */
    public LibvirtMigrations(String uri, Limits limits) {
        NativeLibrary.require();
        this.limits = limits;
        moves = new Lane<>("libvirt-migrations", AT_ONCE, uri, Link.to(uri));
        questions = new Lane<>("libvirt-migration-progress", QUESTIONS_AT_ONCE, uri, Link.to(uri));
    }

    @Override
    public Ended migrate(Order order) {
        try {
            return moves.call("migrating " + order.domain(), LONGEST, (connection, progress) -> {
                try (Domain domain = connection.domain(order.domain().toString())) {
                    int flags = flags(order, domain.persistent());
                    progress.commit("migrating " + domain.name() + " to " + order.uri());
                    domain.migrate(order.uri(), flags, order.bandwidth().orElse(0));
                    return new Ended.Moved();
                }
            });
        } catch (LibvirtException e) {
            return new Ended.Failed(e.words());
        } catch (NoAnswerException e) {
            return e.asked() ? new Ended.Unknown(e.reason()) : new Ended.Failed(e.reason());
        }
    }

    /** A domain without a definition is to have none afterwards either. */
    static int flags(Order order, boolean defined) {
        return Migration.LIVE
                | Migration.PEER_TO_PEER
                | (order.persistent() && defined ? Migration.PERSIST_ON_TARGET : 0)
                | (order.undefineSource() && defined ? Migration.UNDEFINE_SOURCE : 0)
                | (order.autoConverge() ? Migration.AUTO_CONVERGE : 0);
    }

    @Override
    public Optional<Copied> copied(DomainUuid domain) {
        try {
            return questions.call("asking how far " + domain + " is", limits.look(), (connection, progress) -> {
                try (Domain found = connection.domain(domain.toString())) {
                    if (DomainStates.of(found.job()) != DomainJob.OUTGOING_MIGRATION) {
                        return Optional.empty();
                    }
                    Domain.Copied copied = found.copied();
                    return Optional.of(new Copied(copied.total(), copied.processed(), copied.remaining()));
                }
            });
        } catch (LibvirtException | NoAnswerException e) {
            return Optional.empty();
        }
    }

    @Override
    public boolean abort(DomainUuid domain) {
        try {
            return questions.call("cancelling the migration of " + domain, limits.look(), (connection, progress) -> {
                try (Domain found = connection.domain(domain.toString())) {
                    if (DomainStates.of(found.job()) != DomainJob.OUTGOING_MIGRATION) {
                        return false;
                    }
                    progress.commit("cancelling the migration of " + found.name());
                    found.abortJob();
                    return true;
                }
            });
        } catch (LibvirtException | NoAnswerException e) {
            return false;
        }
    }

    /** Whoever waits gets no answer; libvirt goes on. */
    @Override
    public void close() {
        moves.close();
        questions.close();
    }
}
