package io.lockstep.simulator.recorded;

import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.LvUuid;
import io.lockstep.core.volume.VgName;
import io.lockstep.core.volume.VolumeName;
import io.lockstep.simulator.Cluster;
import io.lockstep.simulator.SimulatedHost;
import io.lockstep.simulator.storage.CommandResult;
import io.lockstep.simulator.storage.LvchangeResult;
import io.lockstep.simulator.storage.VolumeType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Runs a recorded command line against a simulated cluster, as far as the simulator has such a command. */
final class RecordedShell {

    /**
     * What a command line did here.
     *
     * @param locks its {@code LK LV} lines
     * @param said everything else that it printed and the simulator words
     * @param skipped the parts that the simulator has no command for
     */
    record Outcome(int exit, TreeSet<String> locks, List<String> said, List<String> err, List<String> skipped) {}

    /** Why a part of a command line is not replayed. Whatever is neither here nor understood fails the test. */
    private static final Map<String, String> SKIPPED = Map.of(
            "lvs ", "LVM's reports: an agent is given VgReading instead",
            "vgs ", "LVM's reports: an agent is given VgReading instead",
            "dmsetup ", "device-mapper's own table: devices are in VgReading",
            "sanlock ", "sanlock's own words: compared where they say who holds what and who lives",
            "lvcreate --type raid1", "it failed for lack of space",
            "lvcreate --type mirror", "it failed for lack of space",
            "echo rc=", "the exit status is compared at the end of the line");

    private final Cluster cluster;

    RecordedShell(Cluster cluster) {
        this.cluster = cluster;
    }

    Outcome run(String host, String line) {
        Outcome outcome = new Outcome(0, new TreeSet<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        int exit = 0;
        for (String part : line.split(";", -1)) {
            exit = one(cluster.host(host), part.strip(), outcome);
        }
        return new Outcome(exit, outcome.locks(), outcome.said(), outcome.err(), outcome.skipped());
    }

    private int one(SimulatedHost host, String command, Outcome outcome) {
        if (SKIPPED.keySet().stream().anyMatch(command::startsWith)) {
            outcome.skipped().add(command);
            return 0;
        }
        List<String> words = Arrays.asList(command.split("\\s+", -1));
        return switch (words.getFirst()) {
            case "lvchange" -> lvchange(host, words, outcome);
            case "vgchange" -> vgchange(host, words, outcome);
            case "lvmlockctl" -> lvmlockctl(host, command, outcome);
            case "lvcreate" -> lvcreate(host, words);
            case "lvremove" -> lvremove(words);
            case "lvextend" -> said(host.lvm().lvextend(VolumeName.of(words.getLast())), outcome);
            case "ls" -> ls(host, words.getLast(), outcome);
            default -> throw new AssertionError("nothing here is called " + words.getFirst() + ": " + command);
        };
    }

    private static int lvchange(SimulatedHost host, List<String> words, Outcome outcome) {
        List<String> volumes =
                words.stream().skip(1).filter(w -> !w.startsWith("-")).toList();
        LvchangeResult result = host.lvm().lvchange(mode(words), words.contains("-K"), volumes);
        outcome.err().addAll(result.stderr());
        return result.exit();
    }

    private static LockMode mode(List<String> words) {
        if (words.contains("-an")) {
            return LockMode.UNLOCKED;
        }
        return words.contains("-asy") ? LockMode.SHARED : LockMode.EXCLUSIVE;
    }

    private static int vgchange(SimulatedHost host, List<String> words, Outcome outcome) {
        VgName vg = new VgName(words.getLast());
        if (words.contains("--lock-start")) {
            return said(host.storage().lockStart(vg), outcome);
        }
        if (words.contains("--lock-stop")) {
            return said(host.storage().lockStop(vg), outcome);
        }
        LvchangeResult result = host.lvm().vgchange(mode(words), false, vg);
        outcome.err().addAll(result.stderr());
        return result.exit();
    }

    private static int lvmlockctl(SimulatedHost host, String command, Outcome outcome) {
        Map<LvUuid, LockMode> modes = host.storage().lvmlockctl(new VgName("vg0"));
        if (command.contains("grep -c")) {
            outcome.said().add(Integer.toString(modes.size()));
        } else {
            modes.forEach((uuid, mode) -> outcome.locks().add("LK LV " + mode.lvmlockd() + " " + uuid));
        }
        return command.contains("grep") && modes.isEmpty() ? 1 : 0;
    }

    private int lvcreate(SimulatedHost host, List<String> words) {
        String name = "vg0/" + words.get(words.indexOf("-n") + 1);
        if (words.contains("-s")) {
            cluster.snapshot(name, words.getLast());
            return 0;
        }
        if (words.contains("--thinpool")) {
            cluster.thinVolume(name, "vg0/" + words.get(words.indexOf("--thinpool") + 1));
        } else {
            cluster.volume(name, words.contains("thin-pool") ? VolumeType.THIN_POOL : VolumeType.LINEAR);
        }
        if (words.contains("-ky")) {
            cluster.activationSkip(name, true);
        }
        return words.contains("-an")
                ? 0
                : host.lvm().lvchange(LockMode.EXCLUSIVE, true, List.of(name)).exit();
    }

    private int lvremove(List<String> words) {
        words.stream().filter(w -> w.startsWith("vg0/")).forEach(cluster::removeVolume);
        return 0;
    }

    private static int ls(SimulatedHost host, String path, Outcome outcome) {
        if (host.storage().exists(path)) {
            return 0;
        }
        outcome.err().add("ls: cannot access '" + path + "': No such file or directory");
        return 2;
    }

    private static int said(CommandResult result, Outcome outcome) {
        outcome.said().addAll(result.stdout());
        outcome.err().addAll(result.stderr());
        return result.exit();
    }
}
