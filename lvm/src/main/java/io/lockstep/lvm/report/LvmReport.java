package io.lockstep.lvm.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lockstep.core.volume.LvName;
import io.lockstep.core.volume.LvUuid;
import io.lockstep.core.volume.VgName;
import io.lockstep.core.volume.VolumeName;
import io.lockstep.lvm.command.Command;
import io.lockstep.lvm.command.UnreadableOutputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * {@code lvs} and {@code vgs} with {@code --reportformat json}, which every LVM with lvmlockd has; json_std came with 2.03.17 only.
 * Only fields of the metadata: none asks the kernel or lvmlockd.
 */
public final class LvmReport {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String LV_FIELDS =
            "vg_name,vg_uuid,vg_lock_type,lv_name,lv_uuid,lv_layout,lv_role,lv_lockargs," + "pool_lv_uuid,origin_uuid";

    private LvmReport() {}

    /**
     * Every volume group, without any lock. A group whose lockspace is not started must be seen too: it is ours, and its volumes
     * must not be started unprotected.
     */
    public static Command groups() {
        return LvmOutput.of(Command.of(
                "vgs", "--nolocking", "--shared", "--reportformat", "json", "-o", "vg_name,vg_uuid,vg_lock_type"));
    }

    /** The volumes of a group, under its VG lock; without it where it cannot be had. The group is named: otherwise it takes the global lock. */
    public static Command volumes(VgName vg) {
        return LvmOutput.of(Command.of("lvs", "--reportformat", "json", "-o", LV_FIELDS, vg.value()));
    }

    /** The same without any lock: what another host is writing at the moment may be missing. */
    public static Command volumesUnlocked(VgName vg) {
        return LvmOutput.of(Command.of("lvs", "--nolocking", "--reportformat", "json", "-o", LV_FIELDS, vg.value()));
    }

    public static List<VgRow> parseGroups(String out) throws UnreadableOutputException {
        List<VgRow> rows = new ArrayList<>();
        for (JsonNode vg : rows(out, "vg")) {
            try {
                rows.add(new VgRow(
                        new VgName(text(vg, "vg_name")),
                        vg.path("vg_uuid").asText(""),
                        vg.path("vg_lock_type").asText("")));
            } catch (IllegalArgumentException e) {
                throw new UnreadableOutputException("not a volume group: " + e.getMessage(), e);
            }
        }
        return rows;
    }

    /** Internal volumes are left out: LVM lists none, or in brackets. A name that only looks like theirs is a person's. */
    public static List<LvRow> parseVolumes(String out) throws UnreadableOutputException {
        List<LvRow> rows = new ArrayList<>();
        for (JsonNode lv : rows(out, "lv")) {
            String name = text(lv, "lv_name");
            try {
                if (!name.startsWith("[")) {
                    rows.add(volume(lv, name));
                }
            } catch (IllegalArgumentException e) {
                throw new UnreadableOutputException("not a volume: " + e.getMessage(), e);
            }
        }
        return rows;
    }

    private static LvRow volume(JsonNode lv, String name) throws UnreadableOutputException {
        return new LvRow(
                new VolumeName(new VgName(text(lv, "vg_name")), new LvName(name)),
                new LvUuid(text(lv, "lv_uuid")),
                lv.path("vg_uuid").asText(""),
                lv.path("vg_lock_type").asText(""),
                words(lv.path("lv_layout")),
                words(lv.path("lv_role")),
                offset(lv.path("lv_lockargs").asText("")),
                uuid(lv.path("pool_lv_uuid").asText("")),
                uuid(lv.path("origin_uuid").asText("")));
    }

    /** {@code 1.0.0:70254592}; dlm has no offset. */
    private static Optional<Long> offset(String lockArgs) {
        int colon = lockArgs.lastIndexOf(':');
        try {
            return colon < 0 ? Optional.empty() : Optional.of(Long.parseLong(lockArgs.substring(colon + 1)));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static Optional<LvUuid> uuid(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(new LvUuid(text));
    }

    /** One string with commas; a list in the format json_std. */
    private static List<String> words(JsonNode node) {
        List<String> words = new ArrayList<>();
        if (node.isArray()) {
            node.forEach(n -> words.add(n.asText()));
        } else {
            Arrays.stream(node.asText("").split(",", -1))
                    .filter(w -> !w.isBlank())
                    .forEach(words::add);
        }
        return words;
    }

    private static String text(JsonNode row, String field) throws UnreadableOutputException {
        String text = row.path(field).asText("");
        if (text.isEmpty()) {
            throw new UnreadableOutputException("a row without " + field);
        }
        return text;
    }

    private static List<JsonNode> rows(String out, String kind) throws UnreadableOutputException {
        JsonNode reports;
        try {
            reports = JSON.readTree(out).path("report");
        } catch (JsonProcessingException e) {
            throw new UnreadableOutputException("not a JSON report: " + e.getOriginalMessage(), e);
        }
        if (!reports.isArray()) {
            throw new UnreadableOutputException("not a JSON report");
        }
        List<JsonNode> rows = new ArrayList<>();
        reports.forEach(report -> report.path(kind).forEach(rows::add));
        return rows;
    }
}
