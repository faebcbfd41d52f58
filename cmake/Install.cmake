# What embedders get: regproof::allocator, with regproof::ir and regproof::base behind it, through
# `find_package(regproof)` after `cmake --install`, or through `add_subdirectory`. Nothing of it needs
# a library beside the standard one. tests/embed does both.

if(NOT REGPROOF_INSTALL)
  return()
endif()

include(CMakePackageConfigHelpers)
set(regproof_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/regproof)

install(TARGETS regproof_base regproof_ir regproof_allocator EXPORT regproof
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
foreach(folder base ir allocator)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/${folder}
          DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/regproof
          FILES_MATCHING PATTERN "*.h" PATTERN "text*.h" EXCLUDE PATTERN "lexer.h" EXCLUDE)
endforeach()
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})

install(EXPORT regproof NAMESPACE regproof:: FILE regproofTargets.cmake
        DESTINATION ${regproof_package_dir})
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/regproofConfig.cmake.in
                              ${PROJECT_BINARY_DIR}/regproofConfig.cmake
                              INSTALL_DESTINATION ${regproof_package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/regproofConfigVersion.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/regproofConfig.cmake
              ${PROJECT_BINARY_DIR}/regproofConfigVersion.cmake
        DESTINATION ${regproof_package_dir})
