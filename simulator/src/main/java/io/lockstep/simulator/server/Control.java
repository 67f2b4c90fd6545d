package io.lockstep.simulator.server;

import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.VgName;
import io.lockstep.simulator.Cluster;
import io.lockstep.simulator.SimulatedHost;
import io.lockstep.simulator.libvirt.Migration;
import io.lockstep.simulator.libvirt.MigrationOptions;
import io.lockstep.simulator.libvirt.MigrationPhase;
import io.lockstep.simulator.libvirt.Virsh;
import io.lockstep.simulator.libvirt.VirshResult;
import io.lockstep.simulator.storage.CommandResult;
import io.lockstep.simulator.storage.LvchangeResult;
import io.lockstep.simulator.storage.SharedDisk;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Commands of people on one host, in the manner of virsh. A command that cannot be understood says what there is. */
public final class Control {

    public static final String HELP = """
            list                                     all domains
            start|destroy|shutdown|suspend|resume|managedsave|domstate|dumpxml|domjobabort|autostart|undefine DOMAIN
            define XML                               the XML itself, or with ./lockstep virsh the file that contains it
            attach-disk DOMAIN SOURCE TARGET         detach-disk DOMAIN TARGET
            blockcopy DOMAIN TARGET DESTINATION      blockjob DOMAIN TARGET --pivot|--abort
            keep-disks DOMAIN                        the guest lets go of no disk; let-go-disks DOMAIN ends that
            migrate DOMAIN HOST [--offline] [--suspend] [--postcopy] [--p2p] [--undefinesource] [--fault FAULT]
                FAULT: abort lose-finish lose-confirm target-qemu target-daemon target-power source-daemon postcopy
            lvchange -aey|-asy|-an VG/LV...          as an administrator types it
            locks                                    what lvmlockd shows here, and whether it counts
            lock-start VG                            lock-stop VG, drop VG
            fault FAULT                              power-cut power-on reboot kill-sanlock kill-lvmlockd restart-lock-daemons
                stall-storage resume-storage hang-commands resume-commands kill-libvirtd start-libvirtd restart-libvirtd
            kill-qemu DOMAIN                         kill -9
            check                                    the invariants of the whole cluster
            """;

    private final Cluster cluster;

    public Control(Cluster cluster) {
        this.cluster = cluster;
    }

    public VirshResult run(String hostName, List<String> arguments) {
        Iterator<String> words = arguments.iterator();
        if (!words.hasNext()) {
            return usage("no command");
        }
        String command = words.next();
        try {
            SimulatedHost host = cluster.host(hostName);
            Virsh virsh = host.virsh();
            return switch (command) {
                case "help" -> new VirshResult(0, HELP, "");
                case "list" -> virsh.list();
                case "start" -> virsh.start(next(words));
                case "destroy" -> virsh.destroy(next(words));
                case "shutdown" -> virsh.shutdown(next(words));
                case "suspend" -> virsh.suspend(next(words));
                case "resume" -> virsh.resume(next(words));
                case "managedsave" -> virsh.managedSave(next(words));
                case "domstate" -> virsh.domstate(next(words));
                case "dumpxml" -> virsh.dumpxml(next(words));
                case "domjobabort" -> virsh.domjobabort(next(words));
                case "autostart" -> virsh.autostart(next(words), true);
                case "undefine" -> virsh.undefine(next(words));
                case "define" -> virsh.define(next(words));
                case "attach-disk" -> virsh.attachDisk(next(words), next(words), next(words));
                case "detach-disk" -> virsh.detachDisk(next(words), next(words));
                case "blockcopy" -> virsh.blockCopy(next(words), next(words), next(words));
                case "blockjob" -> virsh.blockJob(next(words), next(words), pivot(next(words)));
                case "keep-disks" -> done(() -> host.libvirtd().guestKeepsDisks(next(words), true));
                case "let-go-disks" -> done(() -> host.libvirtd().guestKeepsDisks(next(words), false));
                case "migrate" -> migrate(host, words);
                case "lvchange" -> lvchange(host, words);
                case "locks" -> locks(host);
                case "lock-start" -> said(host.lockStart(next(words)));
                case "lock-stop" -> said(host.lockStop(next(words)));
                case "drop" -> said(host.storage().drop(new VgName(next(words))));
                case "fault" -> fault(host, next(words));
                case "kill-qemu" -> done(() -> host.libvirtd().killQemu(next(words)));
                case "check" -> check();
                default -> usage("unknown command \"" + command + "\"");
            };
        } catch (IllegalArgumentException e) {
            return usage(String.valueOf(e.getMessage()));
        }
    }

    private static String next(Iterator<String> words) {
        if (!words.hasNext()) {
            throw new IllegalArgumentException("a word is missing");
        }
        return words.next();
    }

    private static boolean pivot(String option) {
        return switch (option) {
            case "--pivot" -> true;
            case "--abort" -> false;
            default -> throw new IllegalArgumentException("unsupported option " + option);
        };
    }

    private VirshResult migrate(SimulatedHost source, Iterator<String> words) {
        String domain = next(words);
        // Both "h2" and "qemu+ssh://h2/system" name a host.
        SimulatedHost target =
                cluster.host(next(words).replaceFirst("^[^:/]+://", "").replaceFirst("/.*$", ""));
        MigrationOptions options = MigrationOptions.live();
        while (words.hasNext()) {
            String option = words.next();
            switch (option) {
                case "--live", "--persistent", "--verbose" -> {}
                case "--offline" -> options.offline();
                case "--suspend" -> options.suspend();
                case "--postcopy" -> options.postCopy();
                case "--p2p" -> options.peerToPeer();
                case "--undefinesource" -> options.undefineSource();
                case "--fault" -> fault(next(words), domain, source, target, options);
                default -> throw new IllegalArgumentException("unsupported option " + option);
            }
        }
        return source.migrate(domain, target, options);
    }

    private static void fault(
            String fault, String domain, SimulatedHost source, SimulatedHost target, MigrationOptions options) {
        switch (fault) {
            case "abort" -> options.at(MigrationPhase.COPYING, Migration::abort);
            case "lose-finish" -> options.at(MigrationPhase.COPYING, Migration::loseFinish);
            case "lose-confirm" -> options.at(MigrationPhase.COPYING, Migration::loseConfirm);
            case "target-qemu" ->
                options.at(MigrationPhase.COPYING, () -> target.libvirtd().killQemu(domain));
            case "target-daemon" ->
                options.at(MigrationPhase.COPYING, () -> target.libvirtd().killDaemon());
            case "target-power" -> options.at(MigrationPhase.COPYING, target::powerCut);
            case "source-daemon" ->
                options.at(MigrationPhase.COPYING, () -> source.libvirtd().killDaemon());
            case "postcopy" ->
                options.postCopy().at(MigrationPhase.POST_COPY, migration -> migration.failPostCopy(false));
            default -> throw new IllegalArgumentException("unknown fault of a migration \"" + fault + "\"");
        }
    }

    private static VirshResult lvchange(SimulatedHost host, Iterator<String> words) {
        String option = next(words);
        LockMode mode =
                switch (option) {
                    case "-aey", "-ay", "-aly", "-aay" -> LockMode.EXCLUSIVE;
                    case "-asy" -> LockMode.SHARED;
                    case "-an" -> LockMode.UNLOCKED;
                    default -> throw new IllegalArgumentException("unsupported option " + option);
                };
        List<String> volumes = new ArrayList<>();
        words.forEachRemaining(volumes::add);
        LvchangeResult result = host.lvchange(mode, volumes.toArray(String[]::new));
        return new VirshResult(result.exit(), "", lines(result.stderr()));
    }

    private VirshResult locks(SimulatedHost host) {
        StringBuilder out = new StringBuilder();
        SharedDisk disk = cluster.disk();
        for (VgName vg : disk.sharedGroups()) {
            out.append("VG ")
                    .append(vg)
                    .append(": ")
                    .append(host.platform().lockManager().read(vg).lockspace().reason());
            out.append('\n');
            host.storage()
                    .lvmlockctl(vg)
                    .forEach((uuid, mode) -> out.append("LK LV ")
                            .append(mode.lvmlockd())
                            .append(' ')
                            .append(uuid)
                            .append(disk.volumes().stream()
                                    .filter(v -> v.uuid().equals(uuid))
                                    .map(v -> "  " + v)
                                    .findFirst()
                                    .orElse(""))
                            .append('\n'));
        }
        return new VirshResult(0, out.toString(), "");
    }

    private static VirshResult fault(SimulatedHost host, String fault) {
        return switch (fault) {
            case "power-cut" -> done(host::powerCut);
            case "power-on" -> done(host::powerOn);
            case "reboot" -> done(host::reboot);
            case "kill-sanlock" -> done(host.storage()::killSanlock);
            case "kill-lvmlockd" -> done(host.storage()::killLvmlockd);
            case "restart-lock-daemons" -> done(host.storage()::restartLockDaemons);
            case "stall-storage" -> done(host.storage()::stallStorage);
            case "resume-storage" -> done(host.storage()::resumeStorage);
            case "hang-commands" -> done(() -> host.faults().commandsHang(true));
            case "resume-commands" -> done(() -> host.faults().commandsHang(false));
            case "kill-libvirtd" -> done(host.libvirtd()::killDaemon);
            case "start-libvirtd" -> done(host.libvirtd()::startDaemon);
            case "restart-libvirtd" -> done(host.libvirtd()::restartDaemon);
            default -> throw new IllegalArgumentException("unknown fault \"" + fault + "\"");
        };
    }

    private VirshResult check() {
        List<String> violations = cluster.invariants().always();
        StringBuilder twice = new StringBuilder();
        cluster.invariants()
                .activeTwice()
                .forEach(
                        (domain, hosts) -> twice.append(
                                "domain " + domain + " runs on " + hosts
                                        + ": a lost step of libvirt's own migration, which locks cannot prevent; an alarm must stand\n"));
        return violations.isEmpty()
                ? new VirshResult(0, twice + "every invariant holds\n", "")
                : new VirshResult(1, "", lines(violations));
    }

    private static VirshResult done(Runnable what) {
        what.run();
        return new VirshResult(0, "", "");
    }

    private static VirshResult said(CommandResult result) {
        return new VirshResult(result.exit(), lines(result.stdout()), lines(result.stderr()));
    }

    private static String lines(List<String> lines) {
        return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
    }

    private static VirshResult usage(String complaint) {
        return new VirshResult(2, "", "error: " + complaint + "\n" + HELP);
    }
}
