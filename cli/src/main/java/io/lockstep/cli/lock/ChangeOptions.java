package io.lockstep.cli.lock;

import io.lockstep.cli.ReasonOption;
import io.lockstep.core.volume.VolumeName;
import io.lockstep.proto.v1.Volume;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Of commands that change the locks of closed and unclaimed volumes. */
public final class ChangeOptions {

    @Parameters(arity = "1..*", paramLabel = "VG/LV", description = "The volumes.")
    private List<VolumeName> volumes;

    @Mixin
    private ReasonOption reason;

    List<Volume> volumes() {
        return volumes.stream()
                .distinct()
                .map(v -> Volume.newBuilder()
                        .setVg(v.vg().value())
                        .setLv(v.lv().value())
                        .build())
                .toList();
    }

    String reason() {
        return reason.text();
    }
}
