package io.lockstep.cli.fake;

import io.lockstep.proto.v1.Alarm;
import io.lockstep.proto.v1.Choice;
import io.lockstep.proto.v1.Domain;
import io.lockstep.proto.v1.Drift;
import io.lockstep.proto.v1.GetHandoverResponse;
import io.lockstep.proto.v1.Handover;
import io.lockstep.proto.v1.HandoverEvent;
import io.lockstep.proto.v1.HandoverPhase;
import io.lockstep.proto.v1.HandoverRef;
import io.lockstep.proto.v1.Holding;
import io.lockstep.proto.v1.LockMode;
import io.lockstep.proto.v1.ManualAction;
import io.lockstep.proto.v1.OwnDomain;
import io.lockstep.proto.v1.SideProgress;
import io.lockstep.proto.v1.SideReport;
import io.lockstep.proto.v1.Sighting;
import io.lockstep.proto.v1.Volume;
import io.lockstep.proto.v1.VolumeLock;

/** The cluster of the documentation's examples: three hosts, one of them unknown, and a guest that is just moving. */
public final class ExampleCluster {

    private static final Volume WEB1 = FakeCluster.volume("vg0/web1", 1);
    private static final Volume DB = FakeCluster.volume("vg0/db", 2);
    private static final Volume NEW = FakeCluster.volume("vg0/new", 3);
    private static final Volume MAIL = FakeCluster.volume("vg0/mail", 4);
    private static final Volume OLD = FakeCluster.volume("vg0/old", 5);
    private static final String MOVING = "5be1c0de-6a0e-4a30-9a51-0c7f6d1f2a11";
    private static final String MOVED = "91f0a3d2-77c4-4b0e-8b1d-3a2e9c5d4f22";

    private ExampleCluster() {}

    public static FakeCluster start() {
        Domain web1 = FakeAgent.domain("web1", "6f9a1c9e-0001-4000-8000-000000000001", "running (booted)");
        Domain db = FakeAgent.domain("db", "6f9a1c9e-0002-4000-8000-000000000002", "running (migrated)");
        Domain mail = FakeAgent.domain("mail", "6f9a1c9e-0003-4000-8000-000000000003", "running (booted)");
        FakeCluster cluster = new FakeCluster();

        FakeAgent h1 = cluster.host("h1")
                .runs(web1)
                .claims(web1, WEB1, LockMode.LOCK_MODE_EXCLUSIVE)
                .holds(open(WEB1, LockMode.LOCK_MODE_SHARED, 14))
                .holds(VolumeLock.newBuilder()
                        .setVolume(NEW)
                        .setMode(LockMode.LOCK_MODE_EXCLUSIVE)
                        .setActive(true)
                        .setSince(FakeCluster.ago(180))
                        .build())
                .drifts(drift(Drift.Kind.KIND_FOREIGN, NEW, 180));
        h1.inventory()
                .addHandovers(SideReport.newBuilder()
                        .setHandover(ref(MOVING, web1, 3))
                        .setDomainName("web1")
                        .setHost("h1")
                        .setPeer("h2")
                        .setProgress(SideProgress.SIDE_PROGRESS_SHARED)
                        .setOwn(OwnDomain.OWN_DOMAIN_OUTGOING));
        h1.refusesToMigrate(
                "web1",
                "handover " + MOVING
                        + " of it is still open; it closes by itself once its migration has ended: lockstepctl handover "
                        + MOVING);
        cluster.host("h2")
                .runs(db)
                .claims(db, DB, LockMode.LOCK_MODE_EXCLUSIVE)
                .holds(open(DB, LockMode.LOCK_MODE_EXCLUSIVE, 7380))
                .holds(open(WEB1, LockMode.LOCK_MODE_SHARED, 13))
                .holds(VolumeLock.newBuilder()
                        .setVolume(OLD)
                        .setMode(LockMode.LOCK_MODE_EXCLUSIVE)
                        .setActive(true)
                        .setSince(FakeCluster.ago(240))
                        .build())
                .drifts(drift(Drift.Kind.KIND_UNCLAIMED, OLD, 25));
        cluster.host("h3")
                .runs(mail)
                .claims(mail, MAIL, LockMode.LOCK_MODE_EXCLUSIVE)
                .holds(open(MAIL, LockMode.LOCK_MODE_EXCLUSIVE, 90_000));
        cluster.lose("h3", 300);

        cluster.records(GetHandoverResponse.newBuilder()
                .setHandover(Handover.newBuilder()
                        .setRef(ref(MOVING, web1, 3))
                        .setDomainName("web1")
                        .setSource("h1")
                        .setTarget("h2")
                        .addVolumes(WEB1)
                        .setPhase(HandoverPhase.HANDOVER_PHASE_SHARED)
                        .setSourceProgress(SideProgress.SIDE_PROGRESS_SHARED)
                        .setTargetProgress(SideProgress.SIDE_PROGRESS_SHARED)
                        .setOpenedAt(FakeCluster.ago(15)))
                .addEvents(event(15, "", "opened for h2"))
                .addEvents(event(14, "h1", "shares vg0/web1"))
                .addEvents(event(13, "h2", "holds vg0/web1 SHARED"))
                .build());
        Handover.Builder moved = Handover.newBuilder()
                .setRef(ref(MOVED, db, 8))
                .setDomainName("db")
                .setSource("h1")
                .setTarget("h2")
                .addVolumes(DB)
                .setPhase(HandoverPhase.HANDOVER_PHASE_COMMITTED)
                .setSourceProgress(SideProgress.SIDE_PROGRESS_GONE)
                .setTargetProgress(SideProgress.SIDE_PROGRESS_HOLDS)
                .setOpenedAt(FakeCluster.ago(7400))
                .setClosedAt(FakeCluster.ago(7379));
        cluster.records(GetHandoverResponse.newBuilder()
                .setHandover(moved)
                .addEvents(event(7400, "", "opened for h2"))
                .addEvents(event(7399, "h1", "shares vg0/db"))
                .addEvents(event(7397, "h2", "holds vg0/db SHARED"))
                .addEvents(event(7381, "h1", "released vg0/db: the domain is gone from here"))
                .addEvents(event(7380, "h2", "holds vg0/db EXCLUSIVE"))
                .addEvents(event(7379, "", "closed"))
                .build());
        cluster.action(
                action(900, "ada", "release", "h1", "left by lvcreate", "vg0/web1: refused: domain web1 claims it")
                        .addVolumes(WEB1)
                        .build());
        cluster.action(action(7300, "eve", "attach-disk", "h2", "more room", "DONE: attached; vg0/db2 EXCLUSIVE")
                .setDomain("db")
                .addVolumes(FakeCluster.volume("vg0/db2", 9))
                .build());
        cluster.holding(holding("h1", LockMode.LOCK_MODE_EXCLUSIVE, 86_400)
                .setEndedAt(FakeCluster.ago(14))
                .build());
        cluster.holding(holding("h1", LockMode.LOCK_MODE_SHARED, 14).build());
        cluster.holding(holding("h2", LockMode.LOCK_MODE_SHARED, 13).build());
        cluster.alarm(Alarm.newBuilder()
                .setKind(Alarm.Kind.KIND_LEFT_OVER)
                .setDomainUuid(db.getUuid())
                .setDomainName("db")
                .addHosts("h1")
                .addHosts("h2")
                .setSince(FakeCluster.ago(7200))
                .addSeen(seen("h1", OwnDomain.OWN_DOMAIN_PAUSED_MIGRATING))
                .addSeen(seen("h2", OwnDomain.OWN_DOMAIN_ACTIVE))
                .addChoices(Choice.newBuilder()
                        .setText("never resume what stands paused on h1, but remove it: the guest runs elsewhere")
                        .setCommand("virsh destroy db")
                        .setHost("h1"))
                .setText(
                        "the guest runs on h2, and its old process stands paused on h1: destroy that one (virsh destroy on"
                                + " h1), never resume it")
                .build());
        return cluster;
    }

    private static Sighting seen(String host, OwnDomain own) {
        return Sighting.newBuilder().setHost(host).setOwn(own).build();
    }

    private static ManualAction.Builder action(
            long secondsAgo, String who, String what, String host, String reason, String result) {
        return ManualAction.newBuilder()
                .setAt(FakeCluster.ago(secondsAgo))
                .setRequestedBy(who)
                .setAction(what)
                .setHost(host)
                .setReason(reason)
                .setResult(result);
    }

    private static Holding.Builder holding(String host, LockMode mode, long secondsAgo) {
        return Holding.newBuilder()
                .setHost(host)
                .setVolume(WEB1)
                .setMode(mode)
                .addDomains("web1")
                .setSince(FakeCluster.ago(secondsAgo))
                .setSeenAt(FakeCluster.ago(secondsAgo));
    }

    private static VolumeLock open(Volume volume, LockMode mode, long secondsAgo) {
        return VolumeLock.newBuilder()
                .setVolume(volume)
                .setMode(mode)
                .setActive(true)
                .setOpen(true)
                .setSince(FakeCluster.ago(secondsAgo))
                .build();
    }

    private static Drift drift(Drift.Kind kind, Volume volume, long secondsAgo) {
        return Drift.newBuilder()
                .setKind(kind)
                .setVolume(volume)
                .setHeld(LockMode.LOCK_MODE_EXCLUSIVE)
                .setNeeded(LockMode.LOCK_MODE_UNLOCKED)
                .setSince(FakeCluster.ago(secondsAgo))
                .build();
    }

    private static HandoverRef ref(String id, Domain domain, long epoch) {
        return HandoverRef.newBuilder()
                .setId(id)
                .setDomainUuid(domain.getUuid())
                .setEpoch(epoch)
                .build();
    }

    private static HandoverEvent event(long secondsAgo, String host, String text) {
        return HandoverEvent.newBuilder()
                .setAt(FakeCluster.ago(secondsAgo))
                .setHost(host)
                .setText(text)
                .build();
    }
}
