import SystemPackage
import Testing

@testable import Files

@Suite("Mounts")
struct MountTableTests {
  private static let text = #"""
    1 0 0:2 / / rw - rootfs rootfs rw
    25 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw,errors=remount-ro
    26 25 0:22 / /proc rw,nosuid - proc proc rw
    30 25 0:40 / /data rw,relatime shared:30 - nfs4 nas:/export rw,vers=4.2,local_lock=none,addr=10.0.0.1
    31 30 0:41 / /data/old rw shared:31 master:7 propagate_from:2 - nfs nas:/old rw,vers=3,nolock,local_lock=all
    32 25 0:41 /a\040table /srv/bound\011one rw - nfs nas:/old rw,vers=3,nolock,local_lock=all
    33 25 0:42 / /flock rw - nfs nas:/f rw,vers=3,local_lock=flock
    34 25 0:43 / /posix rw - nfs nas:/p rw,vers=3,local_lock=posix
    40 25 0:50 / /auto rw - autofs systemd-1 rw,fd=41,direct
    41 40 0:51 / /auto rw - nfs nas:/auto rw,vers=3,nolock,local_lock=all
    50 25 8:2 / /hidden/inner rw - ext4 /dev/sdb1 rw
    51 25 0:52 / /hidden rw - nfs nas:/h rw,vers=3,nolock
    60 25 0:60 / /lustre rw - lustre 10.1.1.1@tcp:/fs rw,checksum,flock,user_xattr
    61 25 0:61 / /scratch rw - lustre 10.1.1.1@tcp:/fs rw,checksum,user_xattr
    62 25 0:62 / /local rw - lustre 10.1.1.1@tcp:/fs rw,localflock
    70 25 0:70 / /back\134slash rw - fuse.sshfs me@host:/d rw,user_id=0
    71 25 0:71 / /gluster rw - fuse.glusterfs gl:/v rw,user_id=0
    72 25 0:72 / /ceph rw - ceph 10.0.0.1:/ rw,name=admin
    73 25 0:73 / /s3 rw - fuse mountpoint-s3 rw
    74 25 0:74 / /share rw - cifs //nas/s rw,nobrl
    75 25 0:75 / /overlay rw - overlay overlay rw,lowerdir=/a:/b

    76 x 0:75 / /broken rw - overlay overlay rw
    77 25 0:75 / /data rw no dash
    """#

  @Test("a path lies on the mount that the kernel would walk into")
  func paths() throws {
    let table = MountTable(Self.text)
    for (path, number) in [
      ("/", 25), ("/home/x", 25), ("/data", 30), ("/data/tables/2", 30), ("/database", 25), ("/data/old/2/t-1", 31),
      ("/data/older", 30), ("/srv/bound\tone/2", 32), ("/srv", 25), ("/auto/x", 41), ("/hidden/inner/x", 51),
      ("/back\\slash/x", 70), ("/broken", 25),
    ] {
      #expect(table.mount(of: FilePath(path))?.number == number, "\(path)")
    }
    #expect(table.mounts.count == 21)
    #expect(MountTable("").mount(of: "/data") == nil)
    // A root of one's own, whose mount is not listed.
    let rootless = MountTable("31 30 0:41 / /data rw - nfs nas:/old rw\n32 30 0:41 / /data/x rw - ext4 /dev/sda rw\n")
    #expect(rootless.mount(of: "/data/x/y")?.number == 32 && rootless.mount(of: "/home") == nil)
    #expect(try MountTable.current().mount(of: "/proc/self")?.type == "proc")
  }

  @Test("a mount whose locks hold on one host alone says so, and no other does")
  func locks() {
    let table = MountTable(Self.text)
    for (path, reason) in [
      ("/x", nil), ("/data/x", nil), ("/data/old/x", "nolock"), ("/srv/bound\tone/x", "nolock"), ("/flock/x", nil),
      ("/posix/x", "local_lock=posix"), ("/auto/x", "nolock"), ("/hidden/inner", "nolock"), ("/lustre/x", nil),
      ("/scratch/x", "no option flock"), ("/local/x", "localflock"), ("/back\\slash/x", "sshfs, which has no locks"),
      ("/gluster/x", nil), ("/ceph/x", nil), ("/s3/x", "mountpoint-s3, which has no locks"), ("/share/x", "nobrl"),
      ("/overlay/x", nil),
    ] {
      #expect(table.mount(of: FilePath(path))?.reasonForLocalLocks == reason, "\(path)")
    }
  }
}
