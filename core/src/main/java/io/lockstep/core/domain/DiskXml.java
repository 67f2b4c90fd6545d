package io.lockstep.core.domain;

import io.lockstep.core.xml.XmlElement;
import io.lockstep.core.xml.XmlRefusedException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A {@code <disk>} element by itself, as libvirt takes it for a running domain.
 *
 * <p>Guarantee: what it uses is read by the same rules as the disks of a whole domain, so a disk claims the same before libvirt has
 * it and after.
 *
 * @param text as libvirt gets it
 * @param target the device's name inside the guest, for example {@code vdb}
 * @param sources every block device that it uses
 */
public record DiskXml(String text, String target, List<DiskSource> sources) {

    /** Enough for every bus, format and target that libvirt knows, and nothing that would end an attribute. */
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    public DiskXml {
        sources = List.copyOf(sources);
    }

    /**
     * How a volume becomes a disk.
     *
     * @param cache {@code none} unless there is a reason: libvirt calls a live migration unsafe with most others
     */
    public record Options(
            String bus, String format, String cache, Optional<String> serial, boolean readOnly, boolean shareable) {

        /** @throws IllegalArgumentException naming the option and what is wrong with it */
        public Options {
            requireWord("bus", bus);
            requireWord("format", format);
            requireWord("cache", cache);
            serial.ifPresent(s -> requireWord("serial", s));
        }
    }

    /** @throws XmlRefusedException when it is no disk, or none that can be found again in the domain's XML */
    public static DiskXml read(String xml) throws XmlRefusedException {
        XmlElement root =
                DomainXml.document(xml.getBytes(StandardCharsets.UTF_8)).root();
        if (!root.name().equals("disk")) {
            throw new XmlRefusedException("it is not a <disk> but a <" + root.name() + ">");
        }
        String target = root.child("target")
                .flatMap(t -> t.attribute("dev"))
                .orElseThrow(() -> new XmlRefusedException("it has no <target dev=…>"));
        return new DiskXml(xml.strip(), target, DiskSources.ofDisk(root));
    }

    /** @throws IllegalArgumentException when the target is none */
    public static DiskXml of(String device, String target, Options options) {
        requireWord("target", target);
        String xml = """
                <disk type='block' device='disk'>
                  <driver name='qemu' type='%s' cache='%s'/>
                  <source dev='%s'/>
                  <target dev='%s' bus='%s'/>
                %s%s%s</disk>
                """.formatted(
                options.format(),
                options.cache(),
                device,
                target,
                options.bus(),
                options.serial().map(s -> "  <serial>" + s + "</serial>\n").orElse(""),
                options.readOnly() ? "  <readonly/>\n" : "",
                options.shareable() ? "  <shareable/>\n" : "");
        try {
            return read(xml);
        } catch (XmlRefusedException e) {
            throw new IllegalArgumentException("device: \"" + device + "\": " + e.getMessage(), e);
        }
    }

    private static void requireWord(String what, String word) {
        if (!WORD.matcher(word).matches()) {
            throw new IllegalArgumentException(
                    what + ": \"" + word + "\" is not a word of letters, digits, dots, dashes and underscores");
        }
    }
}
